//! `POST /api/sending/release`.

use actix_web::{Responder, post, web};

use super::schema::Sending;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;

/// Says that it is meant: what is held goes out, and for a day more may. CONFLICT when nothing is held.
#[utoipa::path(tag = "sending", responses((status = 200, body = Sending), Writing))]
#[post("/api/sending/release")]
pub(super) async fn release_sending(
    hub: web::Data<Hub>,
    manager: Manager,
) -> Result<impl Responder, ApiError> {
    Ok(web::Json(hub.brake.release(manager.tenant, &manager.asked(None)).await?))
}
