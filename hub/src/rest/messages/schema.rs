//! The shape of a message, as the contract describes it. What is answered is [`actors::conversation::Message`].

use utoipa::ToSchema;
use uuid::Uuid;

use crate::rest::attachments::schema::Attachment;
use crate::rest::conversations::schema::Author;

/// One message. In web chat without `private`, `mentions`, `error`, `class` and the author's id.
#[derive(ToSchema)]
pub struct Message {
    pub id: Uuid,
    pub conversation_id: Uuid,
    /// `inbound` or `outbound`.
    pub direction: String,
    pub author: Author,
    pub body: String,
    /// A note among agents.
    pub private: bool,
    /// The users a private note calls; left out when it calls nobody.
    #[schema(required = false)]
    pub mentions: Vec<Uuid>,
    pub attachments: Vec<Attachment>,
    /// `received`, `queued`, `sending`, `sent`, `delivered`, `read`, `undelivered`, `failed`, `canceled` or `scheduled`.
    pub status: String,
    #[schema(nullable = false)]
    pub error: Option<MessageError>,
    pub channel_type: String,
    /// `conversational`, `transactional` or `marketing`.
    #[schema(nullable = false)]
    pub class: Option<String>,
    #[schema(nullable = false)]
    pub client_id: Option<String>,
    #[schema(format = DateTime, nullable = false)]
    pub scheduled_at: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime, nullable = false)]
    pub edited_at: Option<String>,
    /// Of its `message.created`: the order of the thread. Left out while it waits for its time.
    #[schema(nullable = false)]
    pub seq: Option<i64>,
    pub rev: i64,
}

/// Why a message did not arrive.
#[derive(ToSchema)]
pub struct MessageError {
    pub code: String,
    pub message: String,
}

/// A stretch of a thread, the newest first.
#[derive(ToSchema)]
pub struct MessageList {
    pub data: Vec<Message>,
    /// When there is more: the seq to ask `before` (or `after`, when that was asked) with next.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
