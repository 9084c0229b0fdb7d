//! `POST /api/voice/token`.

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::user_of;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::providers::twilio::{self, TwilioAccount, voice};
use crate::rest::refuses::Writing;

/// What a browser is reached by.
#[derive(Serialize, ToSchema)]
struct VoiceToken {
    token: String,
    identity: String,
    expires_in: i64,
}

/// A token for the provider's own library in your browser: calls you place or answer with `via` browser ring there.
#[utoipa::path(tag = "calls", responses((status = 200, body = VoiceToken), Writing))]
#[post("/api/voice/token")]
pub(super) async fn voice_token(hub: web::Data<Hub>, agent: Agent) -> Result<HttpResponse, ApiError> {
    let identity = voice::client_of(user_of(&agent)?);
    let opened = hub.credentials.open(agent.tenant, twilio::NAME, "voice_token").await?;
    let account: TwilioAccount = opened.parse()?;
    let token = voice::voice_token(&account, &identity, hub.ports.now()).ok_or_else(no_key)?;
    let answer = VoiceToken { token, identity, expires_in: voice::LASTS };
    Ok(HttpResponse::Ok().json(answer))
}

fn no_key() -> ApiError {
    let hint = "give api_key_sid and api_key_secret with the credentials of Twilio";
    ApiError::new(Code::NotConnected, "Twilio has no API key here").with("hint", hint)
}
