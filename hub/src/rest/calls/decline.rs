//! `POST /api/calls/{id}/decline`.

use actix_web::{HttpResponse, post, web};
use actors::call::CallWhat;
use entities::CallId;

use super::act::{Said, acted};
use super::answer::user_of;
use super::schema::Call;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

/// Leaves a call that is offered to you to the others.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = Said,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/decline")]
pub(super) async fn decline_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<Said>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::Decline(user_of(&agent)?)), body.0.client_id.as_deref()).await
}
