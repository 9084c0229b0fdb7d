//! `GET /api/boards`.

use actix_web::{Responder, get, web};
use actors::board;
use entities::Place;
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::BoardList;
use crate::auth::extract::Caller;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Params;
use crate::rest::page::{Cursor, Limit, List};
use crate::rest::refuses::Reading;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// The boards the caller may see, the newest first.
#[utoipa::path(tag = "boards", params(Query), responses((status = 200, body = BoardList), Reading))]
#[get("/api/boards")]
pub(super) async fn list_boards(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let part = (cursor.map(|cursor| cursor.0), limit.and_one_more());
    let visible = caller.viewer.boards();
    let rows = board::store::page(hub.ports.store(), caller.tenant, visible, part).await?;
    let place = |board: &board::Board| Place { at: board.created_at, id: board.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}
