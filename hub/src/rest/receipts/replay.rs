//! `POST /api/webhook-receipts/{id}/replay`.

use actix_web::{Responder, post, web};
use actors::receipt::store;
use entities::ReceiptId;

use super::is_seen;
use super::schema::WebhookReceipt;
use crate::auth::extract::Manager;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Writing;

/// Has a receipt that has no effect yet (`pending`, `dead`) applied now. CONFLICT when it was applied.
#[utoipa::path(
    tag = "webhooks",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = WebhookReceipt), Writing)
)]
#[post("/api/webhook-receipts/{id}/replay")]
pub(super) async fn replay_receipt(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<ReceiptId>,
) -> Result<impl Responder, ApiError> {
    let known = store::get(hub.ports.store(), manager.tenant, *id).await?.ok_or(Code::NotFound)?;
    if !is_seen(&hub, &manager, known.channel_id).await? {
        return Err(Code::NotFound.into());
    }
    Ok(web::Json(hub.receipts.replay(manager.tenant, &manager.asked(None), *id).await?))
}
