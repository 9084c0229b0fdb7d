//! `POST /api/jobs/{id}/redrive`.

use actix_web::{Responder, post, web};
use entities::JobId;

use super::schema::Job;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;

/// Has a job that was given up (`dead`, `unknown`) done again, with as many attempts as a new one. CONFLICT when it was not.
#[utoipa::path(tag = "jobs", params(("id" = Uuid, Path)), responses((status = 200, body = Job), Writing))]
#[post("/api/jobs/{id}/redrive")]
pub(super) async fn redrive_job(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<JobId>,
) -> Result<impl Responder, ApiError> {
    Ok(web::Json(hub.jobs.redrive(manager.tenant, &manager.asked(None), *id).await?))
}
