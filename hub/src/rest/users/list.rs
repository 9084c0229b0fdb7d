//! `GET /api/users`.

use actix_web::{Responder, get, web};
use actors::user::{User, Users};
use entities::Place;
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::UserList;
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

/// The users of the tenant, newest first. Everybody may know his colleagues.
#[utoipa::path(tag = "users", params(Query), responses((status = 200, body = UserList), Reading))]
#[get("/api/users")]
pub(super) async fn list_users(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let below = cursor.map(|cursor| cursor.0);
    let users = Users::new(hub.ports.clone());
    let rows = users.page(caller.tenant, below, limit.and_one_more()).await?;
    let place = |user: &User| Place { at: user.created_at, id: user.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}
