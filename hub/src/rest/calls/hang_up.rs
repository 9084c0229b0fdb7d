//! `POST /api/calls/{id}/hang_up`.

use actix_web::{HttpResponse, post, web};
use actors::call::CallWhat;
use entities::{CallId, LegId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::acted;
use super::schema::Call;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

/// Which leg; without, all of it.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OfLeg {
    #[schema(value_type = Option<Uuid>)]
    pub(super) leg_id: Option<LegId>,
    pub(super) client_id: Option<String>,
}

/// Ends a call, or one leg of it.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = OfLeg,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/hang_up")]
pub(super) async fn hang_up_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<OfLeg>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::HangUp(body.0.leg_id)), body.0.client_id.as_deref()).await
}
