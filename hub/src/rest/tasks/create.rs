//! `POST /api/tasks`.

use actix_web::{HttpResponse, post, web};
use actors::task::{CreateTask, Tasks};
use entities::{BoardId, ContactId, ConversationId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::Task;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTask {
    /// 1 to 200 characters; "Follow up" without.
    title: Option<String>,
    /// At most 2,000 characters.
    note: Option<String>,
    /// An active user who may see the task.
    #[schema(value_type = Option<Uuid>)]
    assignee_id: Option<UserId>,
    /// Of a task without a conversation; with one it is that one's.
    #[schema(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = Option<Uuid>)]
    conversation_id: Option<ConversationId>,
    /// Of a task without a conversation; with one it stands where that stands.
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<BoardId>,
    /// Users are told then.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    client_id: Option<String>,
}

/// Makes a task. With `due_at` it is a follow-up.
#[utoipa::path(
    tag = "tasks",
    request_body = NewTask,
    responses((status = 201, body = Task, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/tasks")]
pub(super) async fn create_task(
    hub: web::Data<Hub>,
    agent: Agent,
    body: Body<NewTask>,
) -> Result<HttpResponse, ApiError> {
    let asked = agent.asked(body.0.client_id.as_deref());
    let tasks = Tasks::new(hub.ports.clone());
    let task = tasks.create(agent.tenant, &asked, &agent.viewer, &body.0.into()).await?;
    Ok(rev::created(&task, task.rev, format!("/api/tasks/{}", task.id)))
}

impl From<NewTask> for CreateTask {
    fn from(new: NewTask) -> Self {
        Self {
            title: new.title,
            note: new.note,
            assignee_id: new.assignee_id,
            contact_id: new.contact_id,
            conversation_id: new.conversation_id,
            board_id: new.board_id,
            due_at: new.due_at,
        }
    }
}
