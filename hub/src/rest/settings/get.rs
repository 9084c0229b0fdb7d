//! `GET /api/settings`.

use actix_web::{HttpResponse, get, web};
use actors::settings::store;

use super::schema::Settings;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// The settings of the tenant.
#[utoipa::path(
    tag = "settings",
    responses((status = 200, body = Settings, headers(("ETag" = String))), Reading)
)]
#[get("/api/settings")]
pub(super) async fn get_settings(hub: web::Data<Hub>, caller: Caller) -> Result<HttpResponse, ApiError> {
    let settings = store::get(hub.ports.store(), caller.tenant).await?.ok_or(Code::NotFound)?;
    let settings = if caller.viewer.administers() { settings } else { settings.for_users() };
    Ok(rev::found(&settings, settings.rev))
}
