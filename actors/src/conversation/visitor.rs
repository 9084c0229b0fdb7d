//! Conversations and messages as visitors see them: types of their own, so that nothing slips through by being
//! forgotten.

use entities::{
    ConversationId, MessageId, Timestamp,
    channel::ChannelType,
    conversation::{ConversationStatus, LastMessage},
    message::{Attachment, Author, AuthorKind, Direction, MessageStatus},
};
use serde::Serialize;

use super::{Brief, Conversation, Message};

/// A visitor's own conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VisitorConversation {
    pub id: ConversationId,
    pub status: ConversationStatus,
    pub last_message: Option<VisitorLastMessage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    pub rev: i64,
}

/// Who wrote, without an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VisitorAuthor {
    pub kind: AuthorKind,
    pub name: String,
}

/// The newest message of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VisitorLastMessage {
    pub id: MessageId,
    pub body: String,
    pub author: VisitorAuthor,
    pub created_at: Timestamp,
}

/// A message of the visitor's conversation, never a private note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VisitorMessage {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub direction: Direction,
    pub author: VisitorAuthor,
    pub body: String,
    pub attachments: Vec<Attachment>,
    pub status: MessageStatus,
    pub channel_type: ChannelType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<std::sync::Arc<str>>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    pub rev: i64,
}

impl From<&Author> for VisitorAuthor {
    fn from(author: &Author) -> Self {
        Self { kind: author.kind, name: author.name.clone() }
    }
}

impl From<&LastMessage> for VisitorLastMessage {
    fn from(last: &LastMessage) -> Self {
        Self {
            id: last.id,
            body: last.body.clone(),
            author: VisitorAuthor::from(&last.author),
            created_at: last.created_at,
        }
    }
}

impl From<&Conversation> for VisitorConversation {
    fn from(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id,
            status: conversation.status,
            last_message: conversation.last_message.as_ref().map(Into::into),
            created_at: Some(conversation.created_at),
            rev: conversation.rev,
        }
    }
}

impl From<&Brief> for VisitorConversation {
    fn from(brief: &Brief) -> Self {
        Self {
            id: brief.id,
            status: brief.status,
            last_message: brief.last_message.as_ref().map(Into::into),
            created_at: None,
            rev: brief.rev,
        }
    }
}

impl VisitorMessage {
    /// The visitor's shape of a message; a private note has none, nor has what waits for its time.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        if message.private || message.stands_apart() {
            return None;
        }
        Some(Self {
            id: message.id,
            conversation_id: message.conversation_id,
            direction: message.direction,
            author: VisitorAuthor::from(&message.author),
            body: message.body.clone(),
            attachments: message.attachments.clone(),
            status: message.status,
            channel_type: message.channel_type,
            client_id: message.client_id.clone(),
            created_at: message.created_at,
            edited_at: message.edited_at,
            seq: message.seq,
            rev: message.rev,
        })
    }
}
