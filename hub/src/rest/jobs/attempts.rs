//! `GET /api/jobs/{id}/attempts`.

use actix_web::{Responder, get, web};
use actors::jobs;
use entities::JobId;

use super::schema::JobAttemptList;
use crate::auth::extract::Manager;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::page::List;
use crate::rest::refuses::Reading;

/// The attempts at a job, the last first; at most 200.
#[utoipa::path(
    tag = "jobs",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = JobAttemptList), Reading)
)]
#[get("/api/jobs/{id}/attempts")]
pub(super) async fn list_attempts(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<JobId>,
) -> Result<impl Responder, ApiError> {
    let found = jobs::attempts(hub.ports.store(), manager.tenant, *id).await?;
    Ok(web::Json(List { data: found.ok_or(Code::NotFound)?, next_cursor: None }))
}
