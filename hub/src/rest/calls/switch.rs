//! `POST /api/calls/{id}/{mute,unmute,hold,resume}`.

use actix_web::{HttpResponse, post, web};
use actors::call::CallWhat;
use entities::CallId;

use super::act::acted;
use super::hang_up::OfLeg;
use super::schema::Call;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

/// Has nobody hear a leg: your own, when none is named.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = OfLeg,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/mute")]
pub(super) async fn mute_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<OfLeg>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::Mute(true, body.0.leg_id)), body.0.client_id.as_deref()).await
}

/// Has a leg heard again.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = OfLeg,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/unmute")]
pub(super) async fn unmute_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<OfLeg>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::Mute(false, body.0.leg_id)), body.0.client_id.as_deref()).await
}

/// Has a leg hear music: the contact's, when none is named.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = OfLeg,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/hold")]
pub(super) async fn hold_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<OfLeg>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::Hold(true, body.0.leg_id)), body.0.client_id.as_deref()).await
}

/// Takes a leg back from hold.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = OfLeg,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/resume")]
pub(super) async fn resume_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<OfLeg>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::Hold(false, body.0.leg_id)), body.0.client_id.as_deref()).await
}
