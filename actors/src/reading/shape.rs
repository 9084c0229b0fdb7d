//! What a reader is told of his own reading.

use entities::{ConversationId, MessageId, read_mark};
use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;

/// How far somebody has read one conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Horizon {
    pub conversation_id: ConversationId,
    pub read_message_id: Option<MessageId>,
    /// Messages of the contact behind it.
    pub unread: i64,
}

/// A conversation as one reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    #[serde(flatten)]
    pub conversation: Conversation,
    pub unread: i64,
    pub read_message_id: Option<MessageId>,
}

impl Seen {
    /// With the reader's mark, when he has one.
    #[must_use]
    pub fn with(conversation: Conversation, mark: Option<&read_mark::Model>) -> Self {
        let read = mark.map_or(0, |mark| mark.inbound_count);
        let unread = (conversation.inbound_count - read).max(0);
        Self { unread, read_message_id: mark.map(|mark| mark.message_id), conversation }
    }
}
