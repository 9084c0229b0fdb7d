//! A task as users see it.

use entities::{
    BoardId, ContactId, ConversationId, Principal, TaskId, Timestamp, UserId, message::AuthorKind, task,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody is to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The one its conversation stands on, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_by: Option<Doer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Doer>,
    pub created_at: Timestamp,
    pub rev: i64,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doer {
    pub kind: AuthorKind,
    /// The hub itself has none.
    pub id: Option<Uuid>,
}

impl From<Principal> for Doer {
    fn from(principal: Principal) -> Self {
        Self { kind: principal.kind(), id: principal.id() }
    }
}

impl Task {
    /// The task of `row`, which stands on `board` now.
    #[must_use]
    pub fn on(board: Option<BoardId>, row: &task::Model) -> Self {
        Self {
            id: row.id,
            title: row.title.clone(),
            note: row.note.clone(),
            assignee_id: row.assignee_id,
            contact_id: row.contact_id,
            conversation_id: row.conversation_id,
            board_id: board,
            due_at: row.due_at,
            done_at: row.done_at,
            done_by: row.done_by.map(Doer::from),
            created_by: row.created_by.map(Doer::from),
            created_at: row.created_at,
            rev: row.rev,
        }
    }

    /// Where it stands in its list.
    #[must_use]
    pub fn listed_at(&self) -> Timestamp {
        self.done_at.or(self.due_at).unwrap_or(task::NO_DATE)
    }
}
