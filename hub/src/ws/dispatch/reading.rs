//! `conversation.read`.

use actors::journal::Lasting;
use serde_json::json;

use super::{Answer, Asked, answer};
use crate::{rest::conversations::read, ws::frames::params};

pub(super) async fn read(asked: &Asked<'_>, params: params::ReadConversation) -> Answer {
    let fence = asked.fence(params.client_id.as_deref(), Lasting::Day);
    let reading = read::Reading {
        conversation: params.conversation_id,
        message: params.message_id,
        client_id: params.client_id,
        fence,
    };
    let (horizon, seq) = read::read(asked.hub, asked.identity, reading).await?;
    answer(&json!({ "unread": horizon.unread, "seq": seq }))
}
