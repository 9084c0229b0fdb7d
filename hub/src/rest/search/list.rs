//! `GET /api/search`.

use actix_web::{HttpResponse, Responder, get, web};
use actors::audit::Read;
use actors::search::{self, Found, Search, Words, similar};
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
    /// `words`: messages that have them. `similar`: words that are like them or have them inside will do too. Without it, `similar`
    /// where no message has the words.
    #[serde(rename = "match")]
    #[param(rename = "match", value_type = Option<String>)]
    matching: Option<Match>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Match {
    Words,
    Similar,
}

#[derive(Serialize)]
struct Page {
    data: Vec<Found>,
    next_cursor: Option<String>,
    #[serde(rename = "match")]
    matched: Match,
}

/// Messages that have all the words, with their conversations, the newest first.
#[utoipa::path(tag = "search", params(Query), responses((status = 200, body = FoundList), Reading))]
#[get("/api/search")]
pub(super) async fn search_messages(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let query = query.0;
    if query.sort == Sort::Rank && query.cursor.is_some() {
        return Err(invalid_field("cursor", "must not come together with sort=rank"));
    }
    let words = Words::read(&query.q)?;
    hub.note_reads(&caller, &[Read::Search]).await?;
    if query.matching != Some(Match::Similar) {
        let page = page(&hub, &caller, &query, (words.clone(), Match::Words)).await?;
        let is_there = !page.data.is_empty() || page.next_cursor.is_some() || query.cursor.is_some();
        if is_there || query.matching == Some(Match::Words) {
            return Ok(HttpResponse::Ok().json(page));
        }
    }
    let similar = similar(hub.ports.store(), caller.tenant, words).await?;
    Ok(HttpResponse::Ok().json(page(&hub, &caller, &query, (similar, Match::Similar)).await?))
}

async fn page(
    hub: &Hub,
    caller: &Caller,
    query: &Query,
    (words, matched): (Words, Match),
) -> Result<Page, ApiError> {
    let search = Search { words, visible_boards: caller.viewer.boards() };
    let (store, limit) = (hub.ports.store(), usize::try_from(query.limit.rows()).unwrap_or(usize::MAX));
    let (data, next) = match query.sort {
        Sort::Newest => search::newest(store, caller.tenant, search, (query.cursor, limit)).await?,
        Sort::Rank => (search::best(store, caller.tenant, search, limit).await?, None),
    };
    Ok(Page { data, next_cursor: next.map(|seq| seq.to_string()), matched })
}
