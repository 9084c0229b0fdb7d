//! The shape of a task, as the contract describes it. What is answered is [`actors::task::Task`].

use utoipa::ToSchema;
use uuid::Uuid;

/// What somebody is to do. With a time it is a follow-up.
#[derive(ToSchema)]
pub struct Task {
    pub id: Uuid,
    pub title: String,
    #[schema(nullable = false)]
    pub note: Option<String>,
    #[schema(nullable = false)]
    pub assignee_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub contact_id: Option<Uuid>,
    #[schema(nullable = false)]
    pub conversation_id: Option<Uuid>,
    /// Of a task about a conversation the one that stands on.
    #[schema(nullable = false)]
    pub board_id: Option<Uuid>,
    #[schema(nullable = false, format = DateTime)]
    pub due_at: Option<String>,
    /// There once it is done.
    #[schema(nullable = false, format = DateTime)]
    pub done_at: Option<String>,
    #[schema(nullable = false)]
    pub done_by: Option<TaskDoer>,
    #[schema(nullable = false)]
    pub created_by: Option<TaskDoer>,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// Who did it.
#[derive(ToSchema)]
pub struct TaskDoer {
    /// `user`, `key`, `flow` or `system`.
    pub kind: String,
    #[schema(required = true)]
    pub id: Option<Uuid>,
}

/// One page of tasks.
#[derive(ToSchema)]
pub struct TaskList {
    pub data: Vec<Task>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
