//! `DELETE /api/templates/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::template::{RemoveTemplate, Templates};
use entities::TemplateId;

use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Takes a template away. What was said with it stays.
#[utoipa::path(
    tag = "templates",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/templates/{id}")]
pub(super) async fn remove_template(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<TemplateId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let (asked, remove) = (manager.asked(None), RemoveTemplate { id: *id, rev: seen.0 });
    let templates = Templates::new(hub.ports.clone());
    templates.remove(manager.tenant, (&asked, &manager.viewer), remove).await?;
    Ok(HttpResponse::NoContent().finish())
}
