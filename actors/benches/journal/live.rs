//! Many live conversations: what they hold in memory, and how long a passive one takes to wake.

use std::{
    fmt,
    time::{Duration, Instant},
};

use actors::{
    conversation::ConversationsOptions,
    testing::{House, Node, People},
};
use entities::ConversationId;
use futures::{StreamExt, stream};
use serde::Serialize;

use super::stage;

pub(crate) const HEAD: &str =
    "database       live  RSS before MB  RSS after MB  bytes each  first command p50 ms   p99 ms";

/// Passive conversations that are woken.
const WOKEN: usize = 2000;

#[derive(Serialize)]
pub(crate) struct Measured {
    database: &'static str,
    live: usize,
    rss_before: u64,
    rss_after: u64,
    bytes_each: u64,
    first_command_p50_ms: f64,
    first_command_p99_ms: f64,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MB: u64 = 1 << 20;
        let Self { database, live, rss_before, rss_after, bytes_each, .. } = self;
        let (before, after) = (rss_before / MB, rss_after / MB);
        let (p50, p99) = (self.first_command_p50_ms, self.first_command_p99_ms);
        write!(f, "{database:<10} {live:>8} {before:>14} {after:>13} {bytes_each:>11} {p50:>21.2} {p99:>8.2}")
    }
}

pub(crate) async fn measure(house: &House, number: usize) -> Measured {
    let options = ConversationsOptions {
        passivate_after: Duration::from_secs(3600),
        ..ConversationsOptions::default()
    };
    let node = house.node_with(house.url(), options).await;
    node.recorder.forget();
    let people = People::arrive(&node).await;
    // Batches, statements and caches grow to their size first.
    open(&node, &people, 2000).await;
    let rss_before = rss();
    let opened = open(&node, &people, number).await;
    let (live, rss_after) = (node.conversations.living() - 2000, rss());
    node.close().await;
    let mut took = wake(house, &people, &opened).await;
    took.sort_unstable();
    Measured {
        database: house.database(),
        live,
        rss_before,
        rss_after,
        bytes_each: rss_after.saturating_sub(rss_before) / live.max(1) as u64,
        first_command_p50_ms: stage::quantile(&took, 0.5),
        first_command_p99_ms: stage::quantile(&took, 0.99),
    }
}

async fn open(node: &Node, people: &People, number: usize) -> Vec<ConversationId> {
    stream::iter(0..number).map(|_| stage::open(node, people)).buffer_unordered(256).collect().await
}

/// On a node that has none of them in memory: the first command to each, one after the other.
async fn wake(house: &House, people: &People, opened: &[ConversationId]) -> Vec<Duration> {
    let node = house.node().await;
    node.recorder.forget();
    let mut took = Vec::new();
    for id in opened.iter().step_by((opened.len() / WOKEN).max(1)) {
        let began = Instant::now();
        stage::say(&node, people, *id).await;
        took.push(began.elapsed());
    }
    node.close().await;
    took
}

/// The memory of this process that is in RAM, in bytes.
fn rss() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    resident.unwrap_or_default() * 4096
}
