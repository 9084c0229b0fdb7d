//! `POST /api/calls/{id}/record`.

use actix_web::{HttpResponse, post, web};
use actors::call::CallWhat;
use entities::CallId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::acted;
use super::schema::Call;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

/// Whether it is to be recorded.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Recorded {
    on: bool,
    client_id: Option<String>,
}

/// Has a call recorded, or no longer. Everybody on the line is told before a recording begins.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = Recorded,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/record")]
pub(super) async fn record_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<Recorded>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::Record(body.0.on)), body.0.client_id.as_deref()).await
}
