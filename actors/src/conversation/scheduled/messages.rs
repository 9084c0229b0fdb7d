//! What a conversation can be told of messages that wait.

use entities::{MessageId, Timestamp};

/// Say it at another time.
#[derive(Clone, Debug)]
pub struct RescheduleMessage {
    pub message_id: MessageId,
    /// In the future, and at most a year away.
    pub scheduled_at: Timestamp,
    /// Says something else, too; only its author may.
    pub body: Option<String>,
    /// The rev of the message the caller saw, when he minds.
    pub rev: Option<i64>,
    /// May change what others wrote.
    pub others: bool,
}

/// Do not say it.
#[derive(Clone, Copy, Debug)]
pub struct CancelMessage {
    pub message_id: MessageId,
    /// The rev of the message the caller saw, when he minds.
    pub rev: Option<i64>,
    /// May take back what others wrote.
    pub others: bool,
}

/// Its time has come.
#[derive(Clone, Copy, Debug)]
pub struct SayScheduled {
    pub message_id: MessageId,
    /// What waits until then, or until before, is said.
    pub due: Timestamp,
}
