//! `GET /api/credentials/{provider}`.

use actix_web::{HttpResponse, get, web};
use actors::credential::store;

use super::schema::Credential;
use crate::auth::extract::Admin;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::providers;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// What is kept of a provider, without the secrets.
#[utoipa::path(
    tag = "credentials",
    params(("provider" = String, Path, description = "`twilio`")),
    responses((status = 200, body = Credential, headers(("ETag" = String))), Reading)
)]
#[get("/api/credentials/{provider}")]
pub(super) async fn get_credentials(
    hub: web::Data<Hub>,
    admin: Admin,
    provider: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let provider = providers::named(&provider).ok_or(Code::NotFound)?;
    let found = store::get(hub.ports.store(), admin.tenant, provider).await?;
    let credential = found.ok_or(Code::NotFound)?;
    Ok(rev::found(&credential, credential.rev))
}
