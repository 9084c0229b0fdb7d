//! `conversation.*`.

use actors::{
    conversation::{
        Assign, ChannelRef, ContactRef, Open, OpenRequest, Reply, SendMessage, SetStatus, What, store,
    },
    journal::{self, Fence, Lasting},
};
use entities::{BoardId, ChannelId, ContactId, ConversationId, channel, contact, scope::SoftDeleted};
use serde_json::{json, value::RawValue};
use uuid::Uuid;

use super::{Answer, Asked, answer};
use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
    ws::frames::params,
};

pub(super) async fn assign(asked: &Asked<'_>, params: params::AssignConversation) -> Answer {
    asked.only_working_users()?;
    if params.board_id.is_some() {
        return Err(invalid_field("board_id", "does not exist"));
    }
    let what = What::Assign(Assign { assignee_id: params.assignee_id, board_id: None });
    changed(asked, params.conversation_id, what, params.client_id.as_deref()).await
}

pub(super) async fn set_status(asked: &Asked<'_>, params: params::SetConversationStatus) -> Answer {
    asked.only_working_users()?;
    let what = What::SetStatus(SetStatus { status: params.status });
    changed(asked, params.conversation_id, what, params.client_id.as_deref()).await
}

async fn changed(
    asked: &Asked<'_>,
    conversation: ConversationId,
    what: What,
    client_id: Option<&str>,
) -> Answer {
    let reply = asked.change(conversation, what, client_id).await?;
    answer(&json!({ "conversation": reply.conversation, "seq": reply.seq }))
}

pub(super) async fn start(asked: &Asked<'_>, params: params::StartConversation) -> Answer {
    asked.only_working_users()?;
    let Some(contact_id) = params.contact_id else {
        return Err(invalid_field("to", "cannot be reached over a web chat; name a contact_id"));
    };
    if !params.attachments.is_empty() {
        return Err(invalid_field("attachments[0]", "is no file that was uploaded"));
    }
    let first = params.body.map(|body| SendMessage { body, ..SendMessage::default() });
    let (channel, contact, board_id) = parties(asked, params.channel_id, contact_id).await?;
    let client_id = params.client_id.as_deref();
    let fence = asked.fence(client_id, Lasting::Day);
    let request = OpenRequest {
        open: Open { id: ConversationId::from_uuid(Uuid::nil()), channel, contact, board_id, first },
        client_id: client_id.map(Into::into),
        fence: fence.clone(),
    };
    let (hub, identity) = (asked.hub, asked.identity);
    let opened = hub.conversations.open(identity.tenant, identity.sender(), request).await?;
    if let (false, Some(fence)) = (opened.created, fence)
        && let Some(earlier) = answered_before(asked, &fence).await?
    {
        return Ok(earlier);
    }
    answer(&json!({ "conversation": opened.conversation, "message": opened.message, "seq": opened.seq }))
}

/// What this very request was answered the first time. The room finds the conversation open and does nothing, or
/// numbers the message by the first event of its commit; the store knows both.
async fn answered_before(asked: &Asked<'_>, fence: &Fence) -> Result<Option<Box<RawValue>>, ApiError> {
    let (store, tenant) = (asked.hub.ports.store(), asked.identity.tenant);
    let Some(stored) = journal::answered(store, tenant, fence).await? else { return Ok(None) };
    if stored.request != fence.request {
        return Err(Code::IdempotencyMismatch.into());
    }
    let Reply { mut conversation, mut message, .. } =
        serde_json::from_str(&stored.body).map_err(ApiError::internal)?;
    if let Some(message) = &mut message {
        let row = store::message(store, tenant, message.id).await?;
        message.seq = row.and_then(|row| row.seq);
        if conversation.is_none() {
            conversation = store::get(store, tenant, message.conversation_id).await?.map(Box::new);
        }
    }
    answer(&json!({ "conversation": conversation, "message": message, "seq": stored.seq })).map(Some)
}

/// The channel and the contact as the conversation will remember them.
async fn parties(
    asked: &Asked<'_>,
    channel_id: ChannelId,
    contact_id: ContactId,
) -> Result<(ChannelRef, ContactRef, Option<BoardId>), ApiError> {
    let tenant = asked.identity.tenant;
    let found = asked.hub.ports.store().read(tenant, move |db| async move {
        let channel = channel::Entity::live_by_id(tenant, channel_id).one(&*db).await?;
        Ok((channel, contact::Entity::live_by_id(tenant, contact_id).one(&*db).await?))
    });
    match found.await? {
        (None, _) => Err(invalid_field("channel_id", "does not exist")),
        (_, None) => Err(invalid_field("contact_id", "does not exist")),
        (Some(channel), Some(contact)) => Ok((
            ChannelRef { id: channel.id, kind: channel.channel_type },
            ContactRef { id: contact.id, name: contact.name },
            channel.board_id,
        )),
    }
}
