//! What the room of the tasks can be told to do.

use entities::{BoardId, ContactId, ConversationId, TaskId, Timestamp, UserId};

/// Make a task.
#[derive(Clone, Debug, Default)]
pub struct CreateTask {
    /// 1 to 200 characters; "Follow up" without.
    pub title: Option<String>,
    /// At most 2,000 characters.
    pub note: Option<String>,
    /// An active user who may see the task.
    pub assignee_id: Option<UserId>,
    /// Without a conversation; with one it is that one's contact, and can only be said.
    pub contact_id: Option<ContactId>,
    pub conversation_id: Option<ConversationId>,
    /// Without a conversation: with one it stands where that stands.
    pub board_id: Option<BoardId>,
    /// Users are told then, or at once when it is over.
    pub due_at: Option<Timestamp>,
}

/// Change a task. What is not said stays as it is; what it is about stays always.
#[derive(Clone, Debug)]
pub struct UpdateTask {
    pub id: TaskId,
    pub title: Option<String>,
    pub note: Option<Option<String>>,
    pub assignee_id: Option<Option<UserId>>,
    /// Another time is told anew.
    pub due_at: Option<Option<Timestamp>>,
    pub done: Option<bool>,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}

impl UpdateTask {
    /// A change of nothing yet.
    #[must_use]
    pub fn of(id: TaskId) -> Self {
        Self { id, title: None, note: None, assignee_id: None, due_at: None, done: None, rev: None }
    }
}

/// Take a task away.
#[derive(Clone, Copy, Debug)]
pub struct RemoveTask {
    pub id: TaskId,
    pub rev: Option<i64>,
}
