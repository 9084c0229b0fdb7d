//! `POST /api/calls/{id}/disposition`.

use actix_web::{HttpResponse, post, web};
use actors::call::{CallWhat, Disposition};
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

/// What came of a call.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WhatCameOfIt {
    /// 1 to 100 characters.
    disposition: String,
    /// At most 2,000 characters; without, the one that stands.
    note: Option<String>,
    client_id: Option<String>,
}

/// Notes what came of a call, also when it is over.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = WhatCameOfIt,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/disposition")]
pub(super) async fn set_disposition(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<WhatCameOfIt>,
) -> Result<HttpResponse, ApiError> {
    let WhatCameOfIt { disposition, note, client_id } = body.0;
    let what = CallWhat::SetDisposition(Disposition { disposition, note });
    acted(&hub, &agent, (*id, what), client_id.as_deref()).await
}
