//! `PATCH /api/contacts/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::contact::{Contacts, Profile, Reach, Taken, TypedHandle, UpdateContact};
use entities::{ContactId, contact::Temperature};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::input::Handle;
use super::schema::Contact;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays; `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactChange {
    name: Option<String>,
    /// Takes the place of the main phone.
    phone: Option<String>,
    /// ISO 3166 alpha-2, for national numbers.
    country: Option<String>,
    /// All phones, not additions.
    phones: Option<Vec<String>>,
    /// Takes the place of the main e-mail address.
    email: Option<String>,
    emails: Option<Vec<String>>,
    handles: Option<Vec<Handle>>,
    /// `cold`, `warm` or `hot`.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<String>)]
    temperature: Option<Option<Temperature>>,
    #[serde(default, deserialize_with = "said::or_null")]
    stage: Option<Option<String>>,
    #[serde(default, deserialize_with = "said::or_null")]
    lead_score: Option<Option<i64>>,
    #[serde(default, deserialize_with = "said::or_null")]
    time_zone: Option<Option<String>>,
    #[serde(default, deserialize_with = "said::or_null")]
    locale: Option<Option<String>>,
    tags: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    attributes: Option<Map<String, Value>>,
    /// Refuse its calls, or let them through again.
    blocked: Option<bool>,
}

/// Changes a contact.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = ContactChange,
    responses((status = 200, body = Contact, headers(("ETag" = String))), Writing)
)]
#[patch("/api/contacts/{id}")]
pub(super) async fn update_contact(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<ContactId>,
    seen: IfMatch,
    body: Body<ContactChange>,
) -> Result<HttpResponse, ApiError> {
    let update = body.0.of(*id, seen.0);
    let contacts = Contacts::new(hub.ports.clone());
    let contact = contacts.update(agent.tenant, &agent.asked(None), &update).await?;
    Ok(rev::found(&contact, contact.rev))
}

impl ContactChange {
    fn of(self, id: ContactId, rev: Option<i64>) -> UpdateContact {
        let handles = self.handles.map(|handles| handles.into_iter().map(TypedHandle::from).collect());
        let reach = Reach {
            phone: self.phone,
            country: self.country,
            phones: self.phones,
            email: self.email,
            emails: self.emails,
            handles,
            ..Reach::default()
        };
        let profile = Profile {
            name: self.name,
            temperature: self.temperature,
            stage: self.stage,
            lead_score: self.lead_score,
            time_zone: self.time_zone,
            locale: self.locale,
            tags: self.tags,
            attributes: self.attributes,
            blocked: self.blocked,
        };
        UpdateContact { id, reach, profile, taken: Taken::Refuse, rev }
    }
}
