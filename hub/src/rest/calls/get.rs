//! `GET /api/calls/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::call;
use entities::CallId;

use super::schema::Call;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// One call.
#[utoipa::path(
    tag = "calls",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Call, headers(("ETag" = String))), Reading)
)]
#[get("/api/calls/{id}")]
pub(super) async fn get_call(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<CallId>,
) -> Result<HttpResponse, ApiError> {
    let found = call::store::get(hub.ports.store(), caller.tenant, *id).await?;
    let call = found.filter(|call| caller.viewer.sees_board(call.board_id)).ok_or(Code::NotFound)?;
    Ok(rev::found(&call, call.rev))
}
