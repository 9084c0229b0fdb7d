//! `POST /api/api-keys`.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, post, web};
use actors::key::{CreateKey, Key, Keys};
use entities::{BoardId, api_key::Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::ApiKey;
use crate::auth::api_key::Secret;
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewApiKey {
    /// 1 to 100 characters.
    name: String,
    /// At least one.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<Scope>,
    /// Narrows it to what stands on this board, or on none. Not with the scope `admin`.
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<BoardId>,
}

#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    key: Key,
    secret: String,
}

/// Makes a key. Its `secret` is shown once: no answer is kept for a repeat.
#[utoipa::path(
    tag = "api keys",
    request_body = NewApiKey,
    responses((status = 201, body = ApiKey, headers(("Location" = String))), Writing)
)]
#[post("/api/api-keys")]
pub(super) async fn create_key(
    hub: web::Data<Hub>,
    admin: Admin,
    body: Body<NewApiKey>,
) -> Result<HttpResponse, ApiError> {
    let NewApiKey { name, scopes, board_id } = body.0;
    let secret = Secret::generate()?;
    let create = CreateKey { name, scopes, board_id, secret_hash: secret.hash };
    let key = Keys::new(hub.ports.clone()).create(admin.tenant, &admin.asked(None), &create).await?;
    let location = format!("/api/api-keys/{}", key.id);
    let answer = Answer { key, secret: secret.text };
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(answer))
}
