//! The shape of a conversation, as the contract describes it. What is answered is [`actors::conversation::Conversation`].

use utoipa::ToSchema;
use uuid::Uuid;

/// A thread with one contact on one channel.
#[derive(ToSchema)]
pub struct Conversation {
    pub id: Uuid,
    pub channel: ChannelRef,
    pub contact: ContactRef,
    /// The contact it began with, when that one was merged into another since.
    #[schema(nullable = false)]
    pub met_as: Option<Uuid>,
    /// Stands for the contact's number that answers go to, without telling it.
    #[schema(nullable = false)]
    pub reached_at: Option<String>,
    #[schema(nullable = false)]
    pub board_id: Option<Uuid>,
    /// `open`, `pending`, `snoozed` or `resolved`.
    pub status: String,
    /// `bot`, `human` or `nobody`.
    pub owner: String,
    #[schema(nullable = false)]
    pub assignee_id: Option<Uuid>,
    /// `low`, `normal`, `high` or `urgent`.
    pub priority: String,
    pub labels: Vec<String>,
    pub participants: Vec<Uuid>,
    #[schema(required = true)]
    pub last_message: Option<LastMessage>,
    #[schema(format = DateTime)]
    pub activity_at: String,
    #[schema(format = DateTime, nullable = false)]
    pub next_scheduled_at: Option<String>,
    #[schema(format = DateTime, nullable = false)]
    pub snoozed_until: Option<String>,
    /// When a user first answered the contact.
    #[schema(format = DateTime, nullable = false)]
    pub first_answer_at: Option<String>,
    #[schema(nullable = false)]
    pub sla: Option<Sla>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// How many messages the contact has sent into it.
    pub inbound_count: i64,
    /// Since when it waits for an agent: the contact has written, no bot answers, and nobody has it.
    #[schema(format = DateTime, nullable = false)]
    pub queued_at: Option<String>,
    /// The caller's own: messages of the contact behind the last one read.
    pub unread: i64,
    /// The caller's own.
    #[schema(required = true)]
    pub read_message_id: Option<Uuid>,
    pub rev: i64,
}

/// How long somebody may still be kept waiting.
#[derive(ToSchema)]
pub struct Sla {
    /// `first_answer`, `next_answer` or `waiting_on_customer`.
    pub kind: String,
    #[schema(format = DateTime)]
    pub since: String,
    #[schema(format = DateTime)]
    pub due_at: String,
    /// Four fifths of the time are over.
    pub warned: bool,
    /// All of it is over.
    pub breached: bool,
}

/// How far the caller has read a conversation.
#[derive(ToSchema)]
pub struct Horizon {
    pub conversation_id: Uuid,
    #[schema(required = true)]
    pub read_message_id: Option<Uuid>,
    /// Messages of the other side behind it.
    pub unread: i64,
}

/// The channel of a conversation.
#[derive(ToSchema)]
pub struct ChannelRef {
    pub id: Uuid,
    pub r#type: String,
}

/// The contact of a conversation.
#[derive(ToSchema)]
pub struct ContactRef {
    pub id: Uuid,
    pub name: String,
}

/// The newest message that is not a private note.
#[derive(ToSchema)]
pub struct LastMessage {
    pub id: Uuid,
    /// At most 200 characters.
    pub body: String,
    pub author: Author,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// Who wrote.
#[derive(ToSchema)]
pub struct Author {
    /// `contact`, `user`, `key`, `flow` or `system`.
    pub kind: String,
    /// Not for visitors.
    pub id: Option<Uuid>,
    pub name: String,
}

/// One page of conversations.
#[derive(ToSchema)]
pub struct ConversationList {
    pub data: Vec<Conversation>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// A conversation that was started, or was open already.
#[derive(ToSchema)]
pub struct Started {
    #[serde(flatten)]
    pub conversation: Conversation,
    /// The first message, when one was sent.
    #[schema(nullable = false)]
    pub message: Option<crate::rest::messages::schema::Message>,
}
