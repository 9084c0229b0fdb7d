//! `DELETE /api/recordings/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::recording::store;
use entities::RecordingId;

use super::hearing::may_hear;
use crate::auth::extract::Manager;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Writing;

/// Deletes a recording, or what a caller left: its bytes, what was said on it, and the provider's copy.
#[utoipa::path(tag = "recordings", params(("id" = Uuid, Path)), responses((status = 204), Writing))]
#[delete("/api/recordings/{id}")]
pub(super) async fn remove_recording(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<RecordingId>,
) -> Result<HttpResponse, ApiError> {
    let found = store::load(hub.ports.store(), manager.tenant, *id).await?.ok_or(Code::NotFound)?;
    if !may_hear(&hub, &manager, &found).await? {
        return Err(Code::NotFound.into());
    }
    hub.recordings.delete(manager.tenant, &manager.asked(None), *id).await?;
    Ok(HttpResponse::NoContent().finish())
}
