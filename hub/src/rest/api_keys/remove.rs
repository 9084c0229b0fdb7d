//! `DELETE /api/api-keys/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::key::Keys;
use actors::tenant::CloseCode;
use entities::KeyId;

use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;

/// Revokes a key, at once: it opens nothing any more, and its sockets close with 4502.
#[utoipa::path(
    tag = "api keys",
    params(("id" = Uuid, Path)),
    responses((status = 204), Writing)
)]
#[delete("/api/api-keys/{id}")]
pub(super) async fn remove_key(
    hub: web::Data<Hub>,
    admin: Admin,
    id: web::Path<KeyId>,
) -> Result<HttpResponse, ApiError> {
    Keys::new(hub.ports.clone()).revoke(admin.tenant, &admin.asked(None), *id).await?;
    hub.tenants.close_key(admin.tenant, *id, CloseCode::Revoked);
    Ok(HttpResponse::NoContent().finish())
}
