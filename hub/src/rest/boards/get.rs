//! `GET /api/boards/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::board;
use entities::BoardId;

use super::schema::Board;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// One board.
#[utoipa::path(
    tag = "boards",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Board, headers(("ETag" = String))), Reading)
)]
#[get("/api/boards/{id}")]
pub(super) async fn get_board(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<BoardId>,
) -> Result<HttpResponse, ApiError> {
    let found = board::store::get(hub.ports.store(), caller.tenant, *id).await?;
    let board = found.filter(|board| caller.viewer.sees_board(Some(board.id))).ok_or(Code::NotFound)?;
    Ok(rev::found(&board, board.rev))
}
