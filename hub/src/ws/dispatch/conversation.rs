//! `conversation.*`.

use actors::{
    conversation::{Assign, SetStatus, What},
    journal::Lasting,
};
use entities::ConversationId;
use serde_json::json;

use super::{Answer, Asked, answer};
use crate::{
    invalid::invalid_field,
    rest::{self, conversations::start::Start},
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
    if !params.attachments.is_empty() {
        return Err(invalid_field("attachments[0]", "is no file that was uploaded"));
    }
    let fence = asked.fence(params.client_id.as_deref(), Lasting::Day);
    let start = Start {
        channel_id: params.channel_id,
        contact_id: params.contact_id,
        to: params.to,
        body: params.body,
        client_id: params.client_id,
    };
    let opened = rest::conversations::start::start(asked.hub, asked.identity, start, fence).await?;
    answer(&json!({ "conversation": opened.conversation, "message": opened.message, "seq": opened.seq }))
}
