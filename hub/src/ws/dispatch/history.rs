//! `history`: the past of one topic, page by page.

use actors::{
    event::{Recorded, log},
    topic::Topic,
};
use entities::scope::Stretch;
use serde_json::value::RawValue;

use super::{Answer, Asked, answer, may_see_topics};
use crate::{
    error::ApiError,
    ws::{
        encode,
        frames::{History, params::ReadHistory},
    },
};

/// Events of the log looked at for one page, at most. A page that found too few says that there is more.
const LOOKED_AT: usize = 2_000;
const STEP: u64 = 500;
/// Bytes of data on one page, about. A page is one frame, and a session holds no frame of many megabytes.
const LARGEST: usize = 256 * 1024;

pub(super) async fn read(asked: &Asked<'_>, params: &ReadHistory) -> Answer {
    let topics = may_see_topics(asked.hub, asked.identity, std::slice::from_ref(&params.topic)).await?;
    let Some(topic) = topics.first() else { return Err(crate::error::Code::NotFound.into()) };
    let begin = match (params.before, params.after) {
        (_, Some(after)) => Stretch::After(after),
        (Some(before), None) => Stretch::Before(before),
        (None, None) => Stretch::Last,
    };
    let wanted = params.limit as usize;
    let (mut found, more) = look(asked, *topic, begin, wanted).await?;
    // Afterwards: what was trimmed meanwhile shows.
    let extent = log::extent(asked.hub.ports.store(), asked.identity.tenant).await?;
    let oldest = extent.map_or(0, |extent| extent.trimmed_seq) + 1;
    found.sort_unstable_by_key(|event| event.seq);
    let texts =
        found.iter().map(|event| RawValue::from_string(encode::params(event, &asked.identity.viewer)));
    let texts: Vec<_> = texts.collect::<Result<_, _>>().map_err(ApiError::internal)?;
    answer(&History { events: texts.iter().map(|text| &**text).collect(), more, oldest_seq: oldest })
}

/// At most `wanted` visible events, and whether there may be more beyond them.
async fn look(
    asked: &Asked<'_>,
    topic: Topic,
    mut stretch: Stretch,
    wanted: usize,
) -> Result<(Vec<Recorded>, bool), ApiError> {
    let (store, tenant) = (asked.hub.ports.store(), asked.identity.tenant);
    let (mut found, mut looked_at, mut bytes) = (Vec::new(), 0, 0);
    loop {
        let page = log::of_topic(store, tenant, topic, stretch, STEP).await?;
        let whole = page.len() as u64 == STEP;
        looked_at += page.len();
        let Some(last) = page.last().map(|event| event.seq) else { return Ok((found, false)) };
        for event in page {
            let shown = event.head.topics().any(|one| one == topic);
            if shown && asked.identity.viewer.may_see(&event.head) {
                if found.len() == wanted || bytes >= LARGEST {
                    return Ok((found, true));
                }
                bytes += event.data.len();
                found.push(event);
            }
        }
        if !whole || looked_at >= LOOKED_AT {
            return Ok((found, whole));
        }
        stretch = match stretch {
            Stretch::After(_) => Stretch::After(last),
            Stretch::Last | Stretch::Before(_) => Stretch::Before(last),
        };
    }
}
