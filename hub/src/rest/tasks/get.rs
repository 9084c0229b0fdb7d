//! `GET /api/tasks/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::task;
use entities::TaskId;

use super::schema::Task;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// One task.
#[utoipa::path(
    tag = "tasks",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Task, headers(("ETag" = String))), Reading)
)]
#[get("/api/tasks/{id}")]
pub(super) async fn get_task(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<TaskId>,
) -> Result<HttpResponse, ApiError> {
    let found = task::store::get(hub.ports.store(), caller.tenant, &caller.viewer, *id).await?;
    let task = found.ok_or(Code::NotFound)?;
    Ok(rev::found(&task, task.rev))
}
