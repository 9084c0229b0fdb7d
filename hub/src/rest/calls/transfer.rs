//! `POST /api/calls/{id}/{transfer,complete_transfer,cancel_transfer}`.

use actix_web::{HttpResponse, post, web};
use actors::board;
use actors::call::{CallWhat, Target, Transfer, TransferKind, ringing, store};
use entities::{BoardId, CallId, LegId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::act::{Said, Via, acted, phone_of, reached_at};
use super::schema::Call;
use crate::auth::Identity;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::Body;
use crate::rest::refuses::Writing;

/// The most of a board who are called for one call.
const IN_TURN: usize = 10;

/// Who is to have the call: one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferTarget {
    /// A user, in his browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub user_id: Option<UserId>,
    /// A board: whoever of it is there and free, one after the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    pub board_id: Option<BoardId>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// To whom, and how.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HandIt {
    to: TransferTarget,
    /// `blind`: he has it as soon as he answers; `warm`: you speak first, while the contact hears music.
    #[schema(value_type = String)]
    kind: TransferKind,
    client_id: Option<String>,
}

/// Hands a call to somebody else. You stay on it until he is there.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = HandIt,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/transfer")]
pub(super) async fn transfer_call(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<HandIt>,
) -> Result<HttpResponse, ApiError> {
    let what = transferring(&hub, &agent, *id, (&body.0.to, body.0.kind)).await?;
    acted(&hub, &agent, (*id, what), body.0.client_id.as_deref()).await
}

/// Leaves the call to who was called to have it.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = Said,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/complete_transfer")]
pub(super) async fn complete_transfer(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<Said>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::CompleteTransfer), body.0.client_id.as_deref()).await
}

/// Keeps the call; who was called to have it is let go.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    request_body = Said,
    responses((status = 200, body = Call, headers(("ETag" = String))), Writing)
)]
#[post("/api/calls/{id}/cancel_transfer")]
pub(super) async fn cancel_transfer(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<CallId>,
    body: Body<Said>,
) -> Result<HttpResponse, ApiError> {
    acted(&hub, &agent, (*id, CallWhat::CancelTransfer), body.0.client_id.as_deref()).await
}

/// The command of who hands it over. Both doors come here.
///
/// # Errors
/// NOT_FOUND; INVALID on the members of `to`.
pub async fn transferring(
    hub: &Hub,
    identity: &Identity,
    id: CallId,
    (to, kind): (&TransferTarget, TransferKind),
) -> Result<CallWhat, ApiError> {
    let (database, tenant) = (hub.ports.store(), identity.tenant);
    let found = store::get(database, tenant, id).await?;
    let call = found.filter(|call| identity.viewer.sees_board(call.board_id)).ok_or(Code::NotFound)?;
    let at = |user_id, address| Target { leg_id: LegId::from_uuid(hub.ports.draw()), address, user_id };
    let called = match (to.user_id, to.board_id, &to.number) {
        (Some(user), None, None) => {
            if !ringing::is_able(database, tenant, user, call.board_id).await? {
                return Err(invalid_field("to.user_id", "must be an active user who may see the call"));
            }
            vec![at(Some(user), reached_at(hub, (tenant, user), (Via::Browser, None)).await?)]
        }
        (None, None, Some(number)) => vec![at(None, phone_of(hub, tenant, ("to.number", number)).await?)],
        (None, Some(board), None) => {
            if board::store::get(database, tenant, board).await?.is_none() {
                return Err(invalid_field("to.board_id", "does not exist"));
            }
            let users = ringing::candidates(database, &hub.tenants, tenant, Some(board)).await?;
            let mut targets = Vec::new();
            for user in users.into_iter().filter(|user| call.agent_id != Some(*user)).take(IN_TURN) {
                targets.push(at(Some(user), reached_at(hub, (tenant, user), (Via::Browser, None)).await?));
            }
            targets
        }
        _ => return Err(invalid_field("to", "must name one of user_id, board_id and number")),
    };
    Ok(CallWhat::Transfer(Transfer { to: called, board_id: to.board_id, kind }))
}
