//! `GET /api/presence`.

use std::cmp::Reverse;

use actix_web::{Responder, get, web};
use actors::tenant::UserPresence;
use entities::{Place, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use super::schema::PresenceList;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
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

/// The users who are here, the latest change first. Everybody may know his colleagues.
#[utoipa::path(tag = "presence", params(Query), responses((status = 200, body = PresenceList), Reading))]
#[get("/api/presence")]
pub(super) async fn list_presence(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let here = hub.tenants.present(caller.tenant).await.map_err(|_| Code::Unavailable)?;
    let mut users: Vec<UserPresence> = here.users.into_iter().map(|present| present.user).collect();
    users.retain(|user| cursor.is_none_or(|Cursor(below)| key(&place(user)) < key(&below)));
    users.sort_unstable_by_key(|user| Reverse(key(&place(user))));
    users.truncate(usize::try_from(limit.and_one_more()).unwrap_or(usize::MAX));
    Ok(web::Json(Here { page: List::of(users, limit, place), uncertain: here.uncertain.then_some(true) }))
}

/// A page, and whether more may be true than it says.
#[derive(Serialize)]
struct Here {
    #[serde(flatten)]
    page: List<UserPresence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uncertain: Option<bool>,
}

fn place(user: &UserPresence) -> Place {
    Place { at: user.since, id: user.user_id.as_uuid() }
}

fn key(place: &Place) -> (Timestamp, Uuid) {
    (place.at, place.id)
}
