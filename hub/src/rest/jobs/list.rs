//! `GET /api/jobs`.

use actix_web::{Responder, get, web};
use actors::jobs::{self, Job};
use entities::job::{Filter, JobStatus};
use entities::{JobId, Place};
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::JobList;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::Params;
use crate::rest::page::{Cursor, Limit, List};
use crate::rest::refuses::Reading;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Only in this status.
    #[param(value_type = Option<String>)]
    status: Option<JobStatus>,
    /// Only of this kind; comes with `status`.
    kind: Option<String>,
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Jobs, the newest first.
#[utoipa::path(tag = "jobs", params(Query), responses((status = 200, body = JobList), Reading))]
#[get("/api/jobs")]
pub(super) async fn list_jobs(
    hub: web::Data<Hub>,
    manager: Manager,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { status, kind, limit, cursor } = query.0;
    let filter = match (kind, status) {
        (None, None) => Filter::All,
        (None, Some(status)) => Filter::Status(status),
        (Some(kind), Some(status)) => Filter::Kind(kind, status),
        (Some(_), None) => return Err(invalid_field("kind", "must come together with status")),
    };
    let below = cursor.map(|cursor| JobId::from_uuid(cursor.0.id));
    let rows = jobs::page(hub.ports.store(), manager.tenant, filter, below, limit.and_one_more()).await?;
    let place = |job: &Job| Place { at: job.created_at, id: job.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}
