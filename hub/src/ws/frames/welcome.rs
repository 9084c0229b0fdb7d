//! The first frame of a session: who it is, and where the log stands.

use entities::{BoardId, ContactId, ConversationId, KeyId, TenantId, Timestamp, UserId, user::Role};
use serde::Serialize;
use uuid::Uuid;

/// What a session is told about itself.
#[derive(Clone, Debug, Serialize)]
pub struct Welcome {
    pub session_id: Uuid,
    pub tenant_id: TenantId,
    #[serde(flatten)]
    pub identity: Identity,
    /// Of a user; visitors and keys have none.
    pub role: Option<Role>,
    /// The boards the session is narrowed to; `None` is all.
    pub boards: Option<Vec<BoardId>>,
    /// The head of the log when the session came. It is not a cursor.
    pub seq: i64,
    /// Opaque to clients: a cursor is good for this epoch only.
    pub epoch: String,
    /// Seconds without a frame after which the hub sends a heartbeat.
    pub heartbeat_s: u64,
    /// When the token ends; a key's session does not.
    pub expires_at: Option<Timestamp>,
    /// The node that serves the session.
    pub node: String,
}

/// Who a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Identity {
    User { user_id: UserId },
    Visitor { contact_id: ContactId, conversation_id: ConversationId },
    Key { key_id: KeyId },
}
