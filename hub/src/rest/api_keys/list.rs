//! `GET /api/api-keys`.

use actix_web::{Responder, get, web};
use actors::key;
use entities::Place;
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::ApiKeyList;
use crate::auth::extract::Admin;
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

/// Keys, the newest first; revoked ones are left out.
#[utoipa::path(tag = "api keys", params(Query), responses((status = 200, body = ApiKeyList), Reading))]
#[get("/api/api-keys")]
pub(super) async fn list_keys(
    hub: web::Data<Hub>,
    admin: Admin,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let below = cursor.map(|cursor| cursor.0);
    let rows = key::store::page(hub.ports.store(), admin.tenant, below, limit.and_one_more()).await?;
    let place = |key: &key::Key| Place { at: key.created_at, id: key.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}
