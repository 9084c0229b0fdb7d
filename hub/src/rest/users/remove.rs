//! `DELETE /api/users/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::user::Users;
use entities::UserId;

use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Removes a user and ends what he has open. What he said keeps his name.
#[utoipa::path(
    tag = "users",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/users/{id}")]
pub(super) async fn remove_user(
    hub: web::Data<Hub>,
    admin: Admin,
    id: web::Path<UserId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let (tenant, id) = (admin.tenant, *id);
    let users = Users::new(hub.ports.clone());
    let removed = users.remove((tenant, id), &admin.asked(None), seen.0, admin.power()).await?;
    if let Some(code) = removed.closes {
        hub.tenants.close_user(tenant, id, code);
    }
    Ok(HttpResponse::NoContent().finish())
}
