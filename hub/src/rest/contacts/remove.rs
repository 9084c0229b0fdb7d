//! `DELETE /api/contacts/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::contact::{Contacts, RemoveContact};
use entities::ContactId;

use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Removes a contact. Its addresses are free again; what was said with it stays.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/contacts/{id}")]
pub(super) async fn remove_contact(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<ContactId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let remove = RemoveContact { id: *id, rev: seen.0 };
    Contacts::new(hub.ports.clone()).remove(agent.tenant, &agent.asked(None), remove).await?;
    Ok(HttpResponse::NoContent().finish())
}
