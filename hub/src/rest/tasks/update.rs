//! `PATCH /api/tasks/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::task::{Tasks, UpdateTask};
use entities::{TaskId, Timestamp, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::schema::Task;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskChange {
    title: Option<String>,
    /// `null`: none.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<String>)]
    note: Option<Option<String>>,
    /// `null`: nobody.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<Uuid>)]
    assignee_id: Option<Option<UserId>>,
    /// Another time is told anew; `null`: at no time.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Option<Timestamp>>,
    /// `true`: it is done; `false`: it is open again.
    done: Option<bool>,
}

/// Changes a task: everything that is named at once, or nothing.
#[utoipa::path(
    tag = "tasks",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = TaskChange,
    responses((status = 200, body = Task, headers(("ETag" = String))), Writing)
)]
#[patch("/api/tasks/{id}")]
pub(super) async fn update_task(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<TaskId>,
    seen: IfMatch,
    body: Body<TaskChange>,
) -> Result<HttpResponse, ApiError> {
    let TaskChange { title, note, assignee_id, due_at, done } = body.0;
    let update = UpdateTask { id: *id, title, note, assignee_id, due_at, done, rev: seen.0 };
    let tasks = Tasks::new(hub.ports.clone());
    let task = tasks.update(agent.tenant, &agent.asked(None), &agent.viewer, &update).await?;
    Ok(rev::found(&task, task.rev))
}
