//! `GET /api/search`.

use actix_web::{HttpResponse, Responder, get, web};
use actors::audit::Read;
use actors::search::{self, Found, Search, Words};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::schema::FoundList;
use crate::auth::extract::Caller;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::Params;
use crate::rest::page::Limit;
use crate::rest::refuses::Reading;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Words, all of which must be there; the last one perhaps only begun. At most 200 characters and 10 words.
    q: String,
    /// `newest` (without) or `rank`: the best of the newest thousand.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    sort: Sort,
    /// `next_cursor` of the page before; not with `sort=rank`.
    #[param(value_type = Option<String>)]
    cursor: Option<i64>,
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Newest,
    Rank,
}

#[derive(Serialize)]
struct Page {
    data: Vec<Found>,
    next_cursor: Option<String>,
}

/// Messages that have all the words, with their conversations, the newest first.
#[utoipa::path(tag = "search", params(Query), responses((status = 200, body = FoundList), Reading))]
#[get("/api/search")]
pub(super) async fn search_messages(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { q, sort, cursor, limit } = query.0;
    let search = Search { words: Words::read(&q)?, visible_boards: caller.viewer.boards() };
    let (store, limit) = (hub.ports.store(), usize::try_from(limit.rows()).unwrap_or(usize::MAX));
    hub.note_reads(&caller, &[Read::Search]).await?;
    let (data, next) = match sort {
        Sort::Newest => search::newest(store, caller.tenant, search, (cursor, limit)).await?,
        Sort::Rank if cursor.is_some() => {
            return Err(invalid_field("cursor", "must not come together with sort=rank"));
        }
        Sort::Rank => (search::best(store, caller.tenant, search, limit).await?, None),
    };
    Ok(HttpResponse::Ok().json(Page { data, next_cursor: next.map(|seq| seq.to_string()) }))
}
