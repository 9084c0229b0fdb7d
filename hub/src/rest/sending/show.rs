//! `GET /api/sending`.

use actix_web::{Responder, get, web};
use actors::sending::store;

use super::schema::Sending;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Reading;

/// How much the tenant sends now, and whether it is held.
#[utoipa::path(tag = "sending", responses((status = 200, body = Sending), Reading))]
#[get("/api/sending")]
pub(super) async fn show_sending(hub: web::Data<Hub>, manager: Manager) -> Result<impl Responder, ApiError> {
    let now = (hub.brake.rule(), hub.ports.now());
    Ok(web::Json(store::get(hub.ports.store(), manager.tenant, now).await?))
}
