//! `PATCH /api/boards/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::board::{Boards, UpdateBoard};
use entities::BoardId;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::schema::Board;
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardChange {
    name: Option<String>,
    /// All settings, not additions.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
}

/// Changes a board.
#[utoipa::path(
    tag = "boards",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = BoardChange,
    responses((status = 200, body = Board, headers(("ETag" = String))), Writing)
)]
#[patch("/api/boards/{id}")]
pub(super) async fn update_board(
    hub: web::Data<Hub>,
    admin: Admin,
    id: web::Path<BoardId>,
    seen: IfMatch,
    body: Body<BoardChange>,
) -> Result<HttpResponse, ApiError> {
    let BoardChange { name, settings } = body.0;
    let update = UpdateBoard { id: *id, name, settings, rev: seen.0 };
    let board = Boards::new(hub.ports.clone()).update(admin.tenant, &admin.asked(None), &update).await?;
    Ok(rev::found(&board, board.rev))
}
