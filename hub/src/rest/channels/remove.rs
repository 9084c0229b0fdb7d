//! `DELETE /api/channels/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::channel::{Channels, RemoveChannel};
use entities::ChannelId;

use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Removes a channel: nobody reaches the tenant on it any more. Its conversations stay.
#[utoipa::path(
    tag = "channels",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/channels/{id}")]
pub(super) async fn remove_channel(
    hub: web::Data<Hub>,
    admin: Admin,
    id: web::Path<ChannelId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let remove = RemoveChannel { id: *id, rev: seen.0 };
    Channels::new(hub.ports.clone()).remove(admin.tenant, &admin.asked(None), remove).await?;
    Ok(HttpResponse::NoContent().finish())
}
