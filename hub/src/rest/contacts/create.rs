//! `POST /api/contacts`.

use actix_web::{HttpResponse, post, web};
use actors::contact::{Contacts, CreateContact, Profile, Reach, Taken, TypedHandle};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::input::Handle;
use super::schema::Contact;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewContact {
    /// "Unknown" without.
    name: Option<String>,
    /// The main one: E.164, or national when `country` or the tenant's own country is known.
    phone: Option<String>,
    /// ISO 3166 alpha-2, for national numbers.
    country: Option<String>,
    #[serde(default)]
    phones: Vec<String>,
    /// The main one.
    email: Option<String>,
    #[serde(default)]
    emails: Vec<String>,
    #[serde(default)]
    handles: Vec<Handle>,
    /// IANA name.
    time_zone: Option<String>,
    /// BCP 47.
    locale: Option<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Map<String, Value>,
    client_id: Option<String>,
}

/// Makes a contact. An address that another contact has is a CONFLICT with that one's `details.contact_id`.
#[utoipa::path(
    tag = "contacts",
    request_body = NewContact,
    responses((status = 201, body = Contact, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/contacts")]
pub(super) async fn create_contact(
    hub: web::Data<Hub>,
    agent: Agent,
    body: Body<NewContact>,
) -> Result<HttpResponse, ApiError> {
    let asked = agent.asked(body.0.client_id.as_deref());
    let contacts = Contacts::new(hub.ports.clone());
    let contact = contacts.create(agent.tenant, &asked, &body.0.into()).await?;
    Ok(rev::created(&contact, contact.rev, format!("/api/contacts/{}", contact.id)))
}

impl From<NewContact> for CreateContact {
    fn from(new: NewContact) -> Self {
        let reach = Reach {
            phone: new.phone,
            country: new.country,
            phones: Some(new.phones),
            email: new.email,
            emails: Some(new.emails),
            handles: Some(new.handles.into_iter().map(TypedHandle::from).collect()),
            ..Reach::default()
        };
        let profile = Profile {
            name: new.name,
            time_zone: new.time_zone.map(Some),
            locale: new.locale.map(Some),
            attributes: Some(new.attributes),
            ..Profile::default()
        };
        Self { reach, profile, taken: Taken::Refuse }
    }
}
