//! `GET /api/contacts/{id}/timeline`.

use actix_web::{HttpResponse, Responder, get, web};
use actors::audit::Read;
use actors::contact;
use actors::event::log;
use entities::{ContactId, Stretch};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Identity;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::Params;
use crate::rest::page::Limit;
use crate::rest::refuses::Reading;
use crate::ws::encode;

/// Events read from the log at once.
const PAGE: u64 = 250;
/// Events looked at for one answer, shown or not.
const LOOKED_AT: usize = 2_000;

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
    cursor: Option<i64>,
}

/// What happened with a contact, the newest first.
#[derive(Serialize, ToSchema)]
struct Timeline {
    /// As in `event` of the WebSocket: `{seq, topic, type, at, actor, client_id?, data}`.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Box<RawValue>>,
    /// With it a page may be short, or even empty.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// The events of a contact on all its channels, and of those it took over, as far as the caller may see them now, the newest first.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path), Query),
    responses((status = 200, body = Timeline), Reading)
)]
#[get("/api/contacts/{id}/timeline")]
pub(super) async fn show_timeline(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<ContactId>,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let contact = contact::store::get(hub.ports.store(), caller.tenant, *id).await?.ok_or(Code::NotFound)?;
    let whose = contact::store::all_of(hub.ports.store(), caller.tenant, contact.id).await?;
    let Query { limit, cursor } = query.0;
    let limit = usize::try_from(limit.rows()).unwrap_or(usize::MAX);
    let noted: Vec<Read> = whose.iter().copied().map(Read::Contact).collect();
    let events = read(&hub, &caller, &whose, (cursor, limit));
    let ((data, next), ()) = futures::try_join!(events, hub.note_reads(&caller, &noted))?;
    Ok(HttpResponse::Ok().json(Timeline { data, next_cursor: next.map(|seq| seq.to_string()) }))
}

/// What the caller may see below `below`, and the seq to go on below when there may be more.
async fn read(
    hub: &Hub,
    caller: &Identity,
    whose: &[ContactId],
    (mut below, limit): (Option<i64>, usize),
) -> Result<(Vec<Box<RawValue>>, Option<i64>), ApiError> {
    let (mut data, mut looked) = (Vec::new(), 0);
    while looked < LOOKED_AT {
        let part = below.map_or(Stretch::Last, Stretch::Before);
        let page = log::of_contacts(hub.ports.store(), caller.tenant, whose, part, PAGE).await?;
        let whole = page.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
        looked += page.len();
        for event in page {
            if data.len() == limit {
                return Ok((data, below));
            }
            below = Some(event.seq);
            if caller.viewer.may_see(&event.head) {
                let text = encode::params(&event, &caller.viewer);
                data.push(RawValue::from_string(text).map_err(ApiError::internal)?);
            }
        }
        if !whole {
            return Ok((data, None));
        }
    }
    Ok((data, below))
}
