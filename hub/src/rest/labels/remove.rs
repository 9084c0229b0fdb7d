//! `DELETE /api/labels/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::label::{Labels, RemoveLabel};
use entities::LabelId;

use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Takes a label away. Conversations that have it lose it, each with an event of its own.
#[utoipa::path(
    tag = "labels",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/labels/{id}")]
pub(super) async fn remove_label(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<LabelId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let remove = RemoveLabel { id: *id, rev: seen.0 };
    Labels::new(hub.ports.clone()).remove(manager.tenant, &manager.asked(None), remove).await?;
    Ok(HttpResponse::NoContent().finish())
}
