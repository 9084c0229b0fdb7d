//! `POST /api/conversations`.

use actix_web::{HttpResponse, post, web};
use actors::asked::Asked;
use actors::channel::{self, Channel};
use actors::consent::{Consents, Verdict};
use actors::contact::{self, Contacts, Profile, to_address};
use actors::conversation::{
    ChannelRef, ContactRef, ConversationError, Open, OpenRequest, Opened, SendMessage,
};
use actors::journal::Fence;
use entities::api_key::Scope;
use entities::channel::ChannelType;
use entities::sealed::BlindIndex;
use entities::{Address, AddressKind, AttachmentId, ChannelId, ContactId, ConversationId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::repeat::earlier;
use super::schema::Started;
use crate::auth::extract::Agent;
use crate::auth::{Identity, scope};
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

/// With whom to talk on which channel, and what to say first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    #[schema(value_type = Uuid)]
    pub channel_id: ChannelId,
    /// This, or `to`.
    #[schema(value_type = Option<Uuid>)]
    pub contact_id: Option<ContactId>,
    /// A phone or an e-mail address; whoever has none of that kind yet becomes a contact. Not on a web chat.
    pub to: Option<String>,
    /// The first message.
    pub body: Option<String>,
    /// Files of the first message; at most 10.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    pub attachments: Vec<AttachmentId>,
    pub client_id: Option<String>,
}

/// Starts a conversation, or goes on with the one that is open.
#[utoipa::path(
    tag = "conversations",
    request_body = Start,
    responses(
        (status = 201, body = Started, headers(("ETag" = String), ("Location" = String))),
        (status = 200, body = Started, description = "It was open already"),
        Writing
    )
)]
#[post("/api/conversations")]
pub(super) async fn start_conversation(
    hub: web::Data<Hub>,
    agent: Agent,
    body: Body<Start>,
) -> Result<HttpResponse, ApiError> {
    let fence = agent.asked(body.0.client_id.as_deref()).fence;
    let opened = start(&hub, &agent, body.0, fence).await?;
    let (id, rev) = (opened.conversation.id, opened.conversation.rev);
    let answer = Answer { conversation: &opened.conversation, message: opened.message.as_ref() };
    Ok(match opened.created {
        true => rev::created(&answer, rev, format!("/api/conversations/{id}")),
        false => rev::found(&answer, rev),
    })
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    conversation: &'a actors::conversation::Conversation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a actors::conversation::Message>,
}

/// Finds channel and contact and opens the conversation. Both doors come here.
///
/// # Errors
/// NOT_FOUND, INVALID, NOT_CONNECTED, and those of the rooms.
pub async fn start(
    hub: &Hub,
    identity: &Identity,
    start: Start,
    fence: Option<Fence>,
) -> Result<Opened, ApiError> {
    let says = start.body.is_some() || !start.attachments.is_empty();
    if says {
        scope::check(&identity.viewer, Scope::MessagesWrite)?;
    }
    if let Some(earlier) = earlier(hub, identity.tenant, fence.as_ref()).await? {
        return Ok(earlier);
    }
    let found = channel::store::get(hub.ports.store(), identity.tenant, start.channel_id).await?;
    let seen = found.filter(|channel| identity.viewer.sees_board(channel.board_id));
    let channel = seen.ok_or(Code::NotFound)?;
    let Start { body, attachments, client_id, .. } = start.clone();
    let address = addressed(hub, identity, &channel, &start).await?;
    let number = match &address {
        Some(address) => number_of(hub, identity.tenant, address).await?,
        None => None,
    };
    let body = body.unwrap_or_default();
    let first = says.then(|| SendMessage { body, attachments, number, ..SendMessage::default() });
    if let Some(first) = &first {
        // Before a contact is made for it: a refusal changes nothing.
        hub.conversations.check_carried(identity.tenant, channel.kind, first).await?;
        check_stranger(hub, identity, address.as_ref().zip(number)).await?;
    }
    let open = Open {
        id: ConversationId::from_uuid(hub.ports.draw()),
        channel: ChannelRef { id: channel.id, kind: channel.kind },
        contact: with_whom(hub, identity, start.contact_id, address).await?,
        board_id: channel.board_id,
        number,
        first,
    };
    let request = OpenRequest { open, client_id: client_id.map(Into::into), fence };
    Ok(hub.conversations.open(identity.tenant, identity.sender(), request).await?)
}

/// The address that is named instead of a contact.
async fn addressed(
    hub: &Hub,
    identity: &Identity,
    channel: &Channel,
    start: &Start,
) -> Result<Option<Address>, ApiError> {
    match (start.contact_id, &start.to) {
        (Some(_), None) => Ok(None),
        (None, Some(_)) if channel.kind == ChannelType::Webchat => {
            Err(invalid_field("to", "is not for web chats: nobody can be called into one"))
        }
        (None, Some(to)) => {
            let country = contact::store::default_country(hub.ports.store(), identity.tenant).await?;
            to_address(to, country.as_deref()).map(Some).map_err(|why| invalid_field("to", why))
        }
        (Some(_), Some(_)) => Err(invalid_field("to", "must not come together with contact_id")),
        (None, None) => Err(invalid_field("contact_id", "is required without to")),
    }
}

/// Who has opted out is not made a contact for a message that would be refused. Of one that is known the conversation refuses it,
/// and agents are told.
async fn check_stranger(
    hub: &Hub,
    identity: &Identity,
    named: Option<(&Address, BlindIndex)>,
) -> Result<(), ApiError> {
    let (store, tenant) = (hub.ports.store(), identity.tenant);
    let Some((address, number)) = named else { return Ok(()) };
    if contact::store::by_address(store, tenant, address).await?.is_some() {
        return Ok(());
    }
    match Consents::new(hub.ports.clone()).may_send(tenant, number, None).await? {
        // When it may be said is asked when it is.
        Verdict::Allowed | Verdict::Held { .. } => Ok(()),
        Verdict::Refused(block) => Err(ConversationError::Blocked(block).into()),
    }
}

/// The contact that is named, or has the address; a new one when nobody has it.
async fn with_whom(
    hub: &Hub,
    identity: &Identity,
    contact_id: Option<ContactId>,
    address: Option<Address>,
) -> Result<ContactRef, ApiError> {
    let tenant = identity.tenant;
    let id = match (contact_id, address) {
        (_, Some(address)) => {
            let asked = Asked::by(identity.principal());
            let contacts = Contacts::new(hub.ports.clone());
            contacts.find_or_create(tenant, &asked, &address, Profile::default()).await?
        }
        (Some(id), None) => id,
        (None, None) => return Err(Code::NotFound.into()),
    };
    let contact = contact::store::get(hub.ports.store(), tenant, id).await?.ok_or(Code::NotFound)?;
    Ok(ContactRef { id: contact.id, name: contact.name })
}

async fn number_of(hub: &Hub, tenant: TenantId, to: &Address) -> Result<Option<BlindIndex>, ApiError> {
    let keys = hub.ports.store().keys(tenant).await?;
    Ok(to.blind_index(&keys).filter(|_| to.kind() == AddressKind::Phone))
}
