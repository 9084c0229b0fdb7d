//! `POST /api/contacts/{id}/merge` and `…/unmerge`.

use actix_web::{HttpResponse, post, web};
use actors::contact::Contacts;
use entities::ContactId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::Contact;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Duplicate {
    /// The contact that is taken over.
    #[schema(value_type = Uuid)]
    duplicate_id: ContactId,
    client_id: Option<String>,
}

/// The contact takes another over, with its addresses and conversations. The other one is in no list any more, and whoever
/// asks for it gets this one.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path)),
    request_body = Duplicate,
    responses((status = 200, body = Contact, headers(("ETag" = String))), Writing)
)]
#[post("/api/contacts/{id}/merge")]
pub(super) async fn merge_contacts(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<ContactId>,
    body: Body<Duplicate>,
) -> Result<HttpResponse, ApiError> {
    let asked = agent.asked(body.0.client_id.as_deref());
    let contacts = Contacts::new(hub.ports.clone());
    let contact = contacts.merge(agent.tenant, &asked, (*id, body.0.duplicate_id)).await?;
    Ok(rev::found(&contact, contact.rev))
}

/// A contact that was merged into another is one of its own again, with the addresses it brought and the conversations it
/// began.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Contact, headers(("ETag" = String))), Writing)
)]
#[post("/api/contacts/{id}/unmerge")]
pub(super) async fn unmerge_contact(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<ContactId>,
) -> Result<HttpResponse, ApiError> {
    let contact = Contacts::new(hub.ports.clone()).unmerge(agent.tenant, &agent.asked(None), *id).await?;
    Ok(rev::found(&contact, contact.rev))
}
