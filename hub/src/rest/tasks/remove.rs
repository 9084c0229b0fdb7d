//! `DELETE /api/tasks/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::task::{RemoveTask, Tasks};
use entities::TaskId;

use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Removes a task.
#[utoipa::path(
    tag = "tasks",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/tasks/{id}")]
pub(super) async fn remove_task(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<TaskId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let remove = RemoveTask { id: *id, rev: seen.0 };
    Tasks::new(hub.ports.clone()).remove(agent.tenant, &agent.asked(None), &agent.viewer, remove).await?;
    Ok(HttpResponse::NoContent().finish())
}
