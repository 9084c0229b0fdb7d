//! `POST /api/boards`.

use actix_web::{HttpResponse, post, web};
use actors::board::{Boards, CreateBoard};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::schema::Board;
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewBoard {
    /// 1 to 100 characters; no other board has it.
    name: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    client_id: Option<String>,
}

/// Makes a board. Nobody is a member of it yet but those who see all boards.
#[utoipa::path(
    tag = "boards",
    request_body = NewBoard,
    responses((status = 201, body = Board, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/boards")]
pub(super) async fn create_board(
    hub: web::Data<Hub>,
    admin: Admin,
    body: Body<NewBoard>,
) -> Result<HttpResponse, ApiError> {
    let asked = admin.asked(body.0.client_id.as_deref());
    let NewBoard { name, settings, .. } = body.0;
    let create = CreateBoard { name, settings };
    let board = Boards::new(hub.ports.clone()).create(admin.tenant, &asked, &create).await?;
    Ok(rev::created(&board, board.rev, format!("/api/boards/{}", board.id)))
}
