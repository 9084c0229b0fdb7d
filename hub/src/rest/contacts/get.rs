//! `GET /api/contacts/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::contact;
use entities::ContactId;

use super::schema::Contact;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// One contact.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Contact, headers(("ETag" = String))), Reading)
)]
#[get("/api/contacts/{id}")]
pub(super) async fn get_contact(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<ContactId>,
) -> Result<HttpResponse, ApiError> {
    let found = contact::store::get(hub.ports.store(), caller.tenant, *id).await?;
    let contact = found.ok_or(Code::NotFound)?;
    Ok(rev::found(&contact, contact.rev))
}
