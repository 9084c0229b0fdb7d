//! `conversation.*`.

use actors::{
    conversation::{ListChange, Snooze, UpdateConversation, What},
    journal::Lasting,
};
use entities::{ConversationId, conversation::Owner};
use serde_json::json;

use super::{Answer, Asked, answer};
use crate::{
    rest::{self, conversations::start::Start},
    ws::frames::params,
};

pub(super) async fn assign(asked: &Asked<'_>, params: params::AssignConversation) -> Answer {
    let update = UpdateConversation {
        assignee_id: Some(params.assignee_id),
        board_id: params.board_id,
        ..Default::default()
    };
    updated(asked, params.conversation_id, update, params.client_id.as_deref()).await
}

pub(super) async fn set_status(asked: &Asked<'_>, params: params::SetConversationStatus) -> Answer {
    let update = UpdateConversation { status: Some(params.status), ..Default::default() };
    updated(asked, params.conversation_id, update, params.client_id.as_deref()).await
}

pub(super) async fn snooze(asked: &Asked<'_>, params: params::SnoozeConversation) -> Answer {
    let snooze = Snooze { until: params.until, field: "until" };
    let update = UpdateConversation { snooze: Some(snooze), ..Default::default() };
    updated(asked, params.conversation_id, update, params.client_id.as_deref()).await
}

pub(super) async fn label(asked: &Asked<'_>, params: params::LabelConversation) -> Answer {
    let labels = ListChange::Edit { add: params.add, remove: params.remove };
    let update = UpdateConversation { labels: Some(labels), ..Default::default() };
    updated(asked, params.conversation_id, update, params.client_id.as_deref()).await
}

pub(super) async fn set_priority(asked: &Asked<'_>, params: params::SetConversationPriority) -> Answer {
    let update = UpdateConversation { priority: Some(params.priority), ..Default::default() };
    updated(asked, params.conversation_id, update, params.client_id.as_deref()).await
}

pub(super) async fn own(asked: &Asked<'_>, params: params::OwnConversation, owner: Owner) -> Answer {
    let update = UpdateConversation { owner: Some(owner), ..Default::default() };
    updated(asked, params.conversation_id, update, params.client_id.as_deref()).await
}

pub(super) async fn change_participants(asked: &Asked<'_>, params: params::ChangeParticipants) -> Answer {
    let participants = ListChange::Edit { add: params.add, remove: params.remove };
    let update = UpdateConversation { participants: Some(participants), ..Default::default() };
    updated(asked, params.conversation_id, update, params.client_id.as_deref()).await
}

async fn updated(
    asked: &Asked<'_>,
    conversation: ConversationId,
    update: UpdateConversation,
    client_id: Option<&str>,
) -> Answer {
    asked.only_working_users()?;
    let reply = asked.change(conversation, What::Update(update), client_id).await?;
    answer(&json!({ "conversation": reply.conversation, "seq": reply.seq }))
}

pub(super) async fn start(asked: &Asked<'_>, params: params::StartConversation) -> Answer {
    asked.only_working_users()?;
    let fence = asked.fence(params.client_id.as_deref(), Lasting::Day);
    let start = Start {
        channel_id: params.channel_id,
        contact_id: params.contact_id,
        to: params.to,
        body: params.body,
        attachments: params.attachments,
        client_id: params.client_id,
    };
    let opened = rest::conversations::start::start(asked.hub, asked.identity, start, fence).await?;
    answer(&json!({ "conversation": opened.conversation, "message": opened.message, "seq": opened.seq }))
}
