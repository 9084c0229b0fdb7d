//! `POST /api/contacts/{id}/consents`.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, post, web};
use actors::consent::{Consents, RecordConsent};
use entities::{ContactId, consent::ConsentState, message::MessageClass};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::Consent;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

/// What the contact said elsewhere.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewConsent {
    /// One of the contact's numbers; not needed of a contact with one.
    phone: Option<String>,
    /// `granted` or `revoked`.
    #[schema(value_type = String)]
    state: ConsentState,
    /// What it is granted for, with all that asks less: `conversational`, `transactional` (without), `marketing`. Revoked is
    /// everything.
    #[schema(value_type = Option<String>)]
    class: Option<MessageClass>,
    /// How the contact said it; at most 1,000 characters. Required to grant what was revoked.
    note: Option<String>,
    client_id: Option<String>,
}

/// Records consent that was given or withdrawn elsewhere. Granting it does not lift a block at the carrier: that takes a START
/// from the contact's own telephone.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path)),
    request_body = NewConsent,
    responses((status = 201, body = Consent, headers(("Location" = String))), Writing)
)]
#[post("/api/contacts/{id}/consents")]
pub(super) async fn record_consent(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<ContactId>,
    body: Body<NewConsent>,
) -> Result<HttpResponse, ApiError> {
    let asked = agent.asked(body.0.client_id.as_deref());
    let NewConsent { phone, state, class, note, .. } = body.0;
    let record = RecordConsent { contact_id: *id, phone, state, class, note };
    let consent = Consents::new(hub.ports.clone()).record(agent.tenant, &asked, &record).await?;
    let location = format!("/api/contacts/{id}/consents");
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(consent))
}
