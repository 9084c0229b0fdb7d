//! `POST /api/calls/initiate`.

use actix_web::{HttpResponse, post, web};
use actors::call::{CallReply, PlaceCall, Placing};
use actors::channel;
use actors::journal::Fence;
use actors::view::Viewer;
use entities::{ChannelId, ContactId, ConversationId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::{Via, phone_of, reached_at};
use super::schema::Call;
use crate::auth::Identity;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

/// Whom to call, and from which number of ours.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// A telephone number; whoever has it, or becomes a contact with it.
    pub to: String,
    /// One of our numbers: it is shown to who is called.
    #[schema(value_type = Uuid)]
    pub channel_id: ChannelId,
    #[schema(value_type = Option<Uuid>)]
    pub contact_id: Option<ContactId>,
    /// On that channel; the call is told there.
    #[schema(value_type = Option<Uuid>)]
    pub conversation_id: Option<ConversationId>,
    /// Where you are called first.
    #[serde(default)]
    pub via: Via,
    /// Yours, with `via` phone.
    pub phone: Option<String>,
    /// Of a key: the user who is called first.
    #[schema(value_type = Option<Uuid>)]
    pub user_id: Option<UserId>,
    pub client_id: Option<String>,
}

/// Calls somebody: you are called first, and the other one once you are on the line.
#[utoipa::path(
    tag = "calls",
    request_body = Place,
    responses((status = 201, body = Call, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/calls/initiate")]
pub(super) async fn initiate_call(
    hub: web::Data<Hub>,
    agent: Agent,
    body: Body<Place>,
) -> Result<HttpResponse, ApiError> {
    let fence = agent.asked(body.0.client_id.as_deref()).fence;
    let reply = place(&hub, &agent, body.0, fence).await?;
    Ok(rev::created(&reply.call, reply.call.rev, format!("/api/calls/{}", reply.call.id)))
}

/// Places the call. Both doors come here.
///
/// # Errors
/// NOT_FOUND, INVALID, NOT_CONNECTED, RATE_LIMITED, and those of the rooms.
pub async fn place(
    hub: &Hub,
    identity: &Identity,
    place: Place,
    fence: Option<Fence>,
) -> Result<CallReply, ApiError> {
    let tenant = identity.tenant;
    let found = channel::store::get(hub.ports.store(), tenant, place.channel_id).await?;
    let seen = found.filter(|channel| identity.viewer.sees_board(channel.board_id));
    let channel = seen.ok_or(Code::NotFound)?;
    let user_id = who_calls(identity, place.user_id)?;
    let to = phone_of(hub, tenant, ("to", &place.to)).await?;
    let address = reached_at(hub, (tenant, user_id), (place.via, place.phone.as_deref())).await?;
    hub.calling.check_connected(tenant, channel.kind).await?;
    hub.limits.place(tenant, user_id)?;
    let (contact_id, conversation_id) = (place.contact_id, place.conversation_id);
    let placed = PlaceCall { channel, to, contact_id, conversation_id, user_id, address };
    let placing = Placing::new(hub.calls.clone(), hub.conversations.clone());
    let client_id = place.client_id.map(Into::into);
    Ok(placing.place(tenant, identity.sender(), placed, (client_id, fence)).await?)
}

fn who_calls(identity: &Identity, named: Option<UserId>) -> Result<UserId, ApiError> {
    match (&identity.viewer, named) {
        (Viewer::User { id, .. }, None) => Ok(*id),
        (Viewer::Key { .. }, Some(user)) => Ok(user),
        (Viewer::Key { .. }, None) => Err(invalid_field("user_id", "is required of a key")),
        (Viewer::User { .. }, Some(_)) => Err(invalid_field("user_id", "is for keys")),
        (Viewer::Visitor { .. }, _) => Err(Code::Forbidden.into()),
    }
}
