//! One command about one call, from whichever door it comes.

use std::sync::Arc;

use actix_web::HttpResponse;
use actors::call::{CallChange, CallReply, CallWhat};
use actors::contact::{self, to_address};
use actors::journal::Fence;
use entities::{Address, AddressKind, CallId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Identity;
use crate::auth::extract::Asking;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::providers::twilio::voice::client_of;
use crate::rest::rev;

/// Where a user takes a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// In the browser that took a voice token.
    #[default]
    Browser,
    /// On the telephone of this number.
    Phone,
}

/// A command that says nothing but who repeats it.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub client_id: Option<String>,
}

/// Gives the command, and answers what the call is then.
///
/// # Errors
/// Those of the room.
pub async fn act(
    hub: &Hub,
    identity: &Identity,
    (id, what): (CallId, CallWhat),
    (client_id, fence): (Option<&str>, Option<Fence>),
) -> Result<CallReply, ApiError> {
    let change =
        CallChange { client_id: client_id.map(Arc::from), fence, ..CallChange::new(identity.sender(), what) };
    Ok(hub.calls.change(identity.tenant, id, change).await?)
}

/// The same through this door.
pub(super) async fn acted(
    hub: &Hub,
    asking: &Asking,
    (id, what): (CallId, CallWhat),
    client_id: Option<&str>,
) -> Result<HttpResponse, ApiError> {
    let fence = asking.asked(client_id).fence;
    let reply = act(hub, asking, (id, what), (client_id, fence)).await?;
    Ok(rev::found(&reply.call, reply.call.rev))
}

/// Where the user is called.
///
/// # Errors
/// INVALID on `phone`.
pub async fn reached_at(
    hub: &Hub,
    (tenant, user): (TenantId, UserId),
    (via, phone): (Via, Option<&str>),
) -> Result<Address, ApiError> {
    match (via, phone) {
        (Via::Browser, None) => {
            Address::of_kind(AddressKind::Client, &client_of(user)).map_err(ApiError::internal)
        }
        (Via::Browser, Some(_)) => Err(invalid_field("phone", "is for via phone")),
        (Via::Phone, None) => Err(invalid_field("phone", "is required")),
        (Via::Phone, Some(phone)) => phone_of(hub, tenant, ("phone", phone)).await,
    }
}

/// A number somebody typed.
///
/// # Errors
/// INVALID on `field`.
pub async fn phone_of(
    hub: &Hub,
    tenant: TenantId,
    (field, typed): (&'static str, &str),
) -> Result<Address, ApiError> {
    let country = contact::store::default_country(hub.ports.store(), tenant).await?;
    let address = to_address(typed, country.as_deref()).map_err(|why| invalid_field(field, why))?;
    match address.kind() {
        AddressKind::Phone => Ok(address),
        _ => Err(invalid_field(field, "must be a telephone number")),
    }
}
