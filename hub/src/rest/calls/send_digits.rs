//! `POST /api/calls/{id}/send_digits`.

use actix_web::{HttpResponse, post, web};
use actors::call::{CallWhat, Digits};
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

/// What the contact's side is to hear.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Tones {
    /// 1 to 32 of `0` to `9`, `*`, `#`, and `w` and `W` for half a second and a whole one of silence.
    #[schema(value_type = String)]
    digits: Digits,
    client_id: Option<String>,
}

/// Sends digits to the contact's side, as tones.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = Tones,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/send_digits")]
pub(super) async fn send_digits(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<Tones>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::SendDigits(body.0.digits)), body.0.client_id.as_deref()).await
}
