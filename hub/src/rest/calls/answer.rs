//! `POST /api/calls/{id}/answer`.

use actix_web::{HttpResponse, post, web};
use actors::call::{Answer, CallWhat};
use entities::{CallId, LegId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::{Via, acted, reached_at};
use super::schema::Call;
use crate::auth::Identity;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

/// Where to take it.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeIt {
    #[serde(default)]
    via: Via,
    /// Yours, with `via` phone.
    phone: Option<String>,
    client_id: Option<String>,
}

/// Takes a call that waits; the first wins. You are called, and talk once you answer.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = TakeIt,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/answer")]
pub(super) async fn answer_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<TakeIt>,
) -> Result<HttpResponse, ApiError> {
    let what = answering(&hub, &agent, (body.0.via, body.0.phone.as_deref())).await?;
    acted(&hub, &agent, (*id, what), body.0.client_id.as_deref()).await
}

/// The command of who takes it. Both doors come here.
///
/// # Errors
/// FORBIDDEN of a key; INVALID on `phone`.
pub async fn answering(
    hub: &Hub,
    identity: &Identity,
    at: (Via, Option<&str>),
) -> Result<CallWhat, ApiError> {
    let user_id = user_of(identity)?;
    let address = reached_at(hub, (identity.tenant, user_id), at).await?;
    let leg_id = LegId::from_uuid(hub.ports.draw());
    Ok(CallWhat::Answer(Answer { user_id, leg_id, address }))
}

/// The user who asks: nobody else can take a call.
///
/// # Errors
/// FORBIDDEN.
pub fn user_of(identity: &Identity) -> Result<UserId, ApiError> {
    match identity.principal() {
        entities::Principal::User(id) => Ok(id),
        _ => Err(Code::Forbidden.into()),
    }
}
