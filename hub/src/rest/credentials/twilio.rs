//! `PUT /api/credentials/twilio`.

use actix_web::{HttpResponse, put, web};
use actors::credential::KeepCredential;
use serde_json::json;

use super::schema::Credential;
use crate::auth::extract::Admin;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::providers::{
    Failure,
    backfill::BACKFILL,
    twilio::{NAME, TITLE, TwilioAccount},
    used,
};
use crate::rest::Body;
use crate::rest::refuses::Connecting;
use crate::rest::rev;

/// An account that may be used.
const ACTIVE: &str = "active";

/// Keeps what the tenant is known by at Twilio, in the place of what was there. Twilio is asked first: what it does not take
/// is not kept.
#[utoipa::path(
    tag = "credentials",
    request_body = TwilioAccount,
    responses((status = 200, body = Credential, headers(("ETag" = String))), Connecting)
)]
#[put("/api/credentials/twilio")]
pub(super) async fn keep_twilio_credentials(
    hub: web::Data<Hub>,
    admin: Admin,
    body: Body<TwilioAccount>,
) -> Result<HttpResponse, ApiError> {
    let account = body.0;
    account.check()?;
    let answered = hub.twilio.account(&account).await;
    let used = used(&answered);
    let theirs = answered.map_err(|failure| not_taken(&failure))?;
    if theirs.status != ACTIVE || theirs.sid != account.account_sid {
        return Err(refused(json!(theirs.status)));
    }
    let (config, shown, then) = (json!(account), account.shown(), Some(BACKFILL));
    let keep = KeepCredential { provider: NAME, config, shown, then };
    let credential = hub.credentials.keep(admin.tenant, &admin.asked(None), &keep).await?;
    hub.credentials.note_use(admin.tenant, NAME, used);
    Ok(rev::found(&credential, credential.rev))
}

/// A no of Twilio is about what was sent; without an answer nothing is known of it.
fn not_taken(failure: &Failure) -> ApiError {
    match failure {
        Failure::Refused(told) if told.status != 429 && told.status < 500 => {
            refused(told.code.map_or(json!(told.status), |code| json!(code)))
        }
        Failure::Refused(_) | Failure::NotReached(_) | Failure::Unanswered(_) => {
            tracing::warn!(provider = NAME, %failure, "credentials cannot be verified");
            ApiError::new(Code::Unavailable, format!("{TITLE} does not answer; nothing was changed"))
        }
    }
}

fn refused(code: serde_json::Value) -> ApiError {
    let message = format!("{TITLE} does not take these credentials");
    ApiError::new(Code::ProviderRefused, message).with("provider", json!({ "name": NAME, "code": code }))
}
