//! `GET /api/events`.

use actix_web::{HttpResponse, Responder, get, web};
use actors::audit::Read;
use actors::event::{Recorded, log};
use actors::store::StoreError;
use actors::topic::Topic;
use entities::{Stretch, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::auth::Identity;
use crate::auth::extract::Caller;
use crate::epoch::epoch;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::Params;
use crate::rest::page::Limit;
use crate::rest::refuses::Reading;
use crate::ws::encode;

/// Events read from the log at once.
const PAGE: u64 = 500;
/// Events looked at for one answer, shown or not.
const LOOKED_AT: usize = 5_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Events after this seq; 0 is the beginning.
    #[serde(default)]
    since: i64,
    /// Of the answer before. When what you may see has changed since: TRIMMED.
    epoch: Option<String>,
    /// Only of this topic.
    topic: Option<String>,
    /// Only of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
}

/// A stretch of the log.
#[derive(Serialize, ToSchema)]
struct Events {
    /// As in `event` of the WebSocket: `{seq, topic, type, at, actor, client_id?, data}`.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Box<RawValue>>,
    epoch: String,
    /// Everything up to here was looked at: the `since` of the next request.
    last_seq: i64,
    /// There is more behind `last_seq`.
    more: bool,
}

/// Events in the order of the log, as far as the caller may see them now.
#[utoipa::path(
    tag = "events",
    params(Query),
    responses((status = 200, body = Events), (status = 410, description = "TRIMMED"), Reading)
)]
#[get("/api/events")]
pub(super) async fn list_events(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let wish = Wish::of(&query.0, &caller)?;
    let extent = log::extent(hub.ports.store(), caller.tenant).await?.ok_or(Code::NotFound)?;
    let here = epoch(extent.incarnation, &caller.viewer);
    let since = query.0.since;
    let known = query.0.epoch.is_none_or(|epoch| epoch == here);
    if !known || since < extent.trimmed_seq || since > extent.last_seq {
        let gone = ApiError::from(Code::Trimmed).with("epoch", here);
        return Err(gone.with("trimmed_seq", extent.trimmed_seq).with("last_seq", extent.last_seq));
    }
    let noted: Vec<Read> = wish.topic.map_or(Some(Read::Log), |topic| Read::of(&topic)).into_iter().collect();
    let events = read(&hub, &caller, &wish, (since, extent.last_seq));
    let ((data, last_seq, more), ()) = futures::try_join!(events, hub.note_reads(&caller, &noted))?;
    // What was trimmed while it was read may be missing in the middle.
    let trimmed = log::extent(hub.ports.store(), caller.tenant).await?.map_or(0, |extent| extent.trimmed_seq);
    if since < trimmed {
        return Err(ApiError::from(Code::Trimmed).with("trimmed_seq", trimmed));
    }
    Ok(HttpResponse::Ok().json(Events { data, epoch: here, last_seq, more }))
}

struct Wish {
    topic: Option<Topic>,
    kind: Option<String>,
    limit: usize,
}

impl Wish {
    fn of(query: &Query, caller: &Identity) -> Result<Self, ApiError> {
        let topic = query.topic.as_deref().map(str::parse::<Topic>).transpose();
        let topic = topic.map_err(|_| invalid_field("topic", "is not a topic"))?;
        if topic.is_some_and(|topic| !caller.viewer.may_ask_for(&topic)) {
            return Err(Code::NotFound.into());
        }
        if query.since < 0 {
            return Err(invalid_field("since", "must not be negative"));
        }
        let limit = usize::try_from(query.limit.rows()).unwrap_or(usize::MAX);
        Ok(Self { topic, kind: query.kind.clone(), limit })
    }

    async fn page(&self, hub: &Hub, tenant: TenantId, seq: i64) -> Result<Vec<Recorded>, StoreError> {
        let store = hub.ports.store();
        match self.topic {
            Some(topic) => log::of_topic(store, tenant, topic, Stretch::After(seq), PAGE).await,
            None => log::after(store, tenant, seq, PAGE).await,
        }
    }

    fn includes(&self, event: &Recorded, caller: &Identity) -> bool {
        let of_topic = |topic: Topic| event.head.topics().any(|own| own == topic);
        caller.viewer.may_see(&event.head)
            && caller_hears(event, caller)
            && self.topic.is_none_or(of_topic)
            && self.kind.as_deref().is_none_or(|kind| event.head.kind.name() == kind)
    }
}

/// What travels on no topic but the console is for those who may open it.
fn caller_hears(event: &Recorded, caller: &Identity) -> bool {
    event.head.topics().any(|topic| caller.viewer.may_ask_for(&topic))
}

/// What the caller wished for after `since`, how far was looked, and whether there is more. A topic is read from its own
/// index: what is not about it costs nothing, and what it ends with was looked at as far as the log went.
async fn read(
    hub: &Hub,
    caller: &Identity,
    wish: &Wish,
    (since, last_seq): (i64, i64),
) -> Result<(Vec<Box<RawValue>>, i64, bool), ApiError> {
    let (mut data, mut seq, mut looked) = (Vec::new(), since, 0);
    loop {
        let page = wish.page(hub, caller.tenant, seq).await?;
        let whole = page.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
        for event in page {
            if data.len() == wish.limit || looked == LOOKED_AT {
                return Ok((data, seq, true));
            }
            looked += 1;
            seq = event.seq;
            if wish.includes(&event, caller) {
                let text = encode::params(&event, &caller.viewer);
                data.push(RawValue::from_string(text).map_err(ApiError::internal)?);
            }
        }
        if !whole {
            return Ok((data, seq.max(last_seq), false));
        }
    }
}
