//! `DELETE /api/boards/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::board::{Boards, RemoveBoard};
use entities::BoardId;

use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Removes a board that nothing uses. One that channels, conversations or users name is CONFLICT with `details.used_by`.
#[utoipa::path(
    tag = "boards",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/boards/{id}")]
pub(super) async fn remove_board(
    hub: web::Data<Hub>,
    admin: Admin,
    id: web::Path<BoardId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let remove = RemoveBoard { id: *id, rev: seen.0 };
    Boards::new(hub.ports.clone()).remove(admin.tenant, &admin.asked(None), remove).await?;
    Ok(HttpResponse::NoContent().finish())
}
