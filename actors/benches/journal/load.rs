//! A closed loop: each conversation sends, waits for its answer, and sends again.

use std::{
    fmt,
    time::{Duration, Instant},
};

use actors::testing::{House, Node, People};
use entities::ConversationId;
use futures::future::join_all;
use serde::Serialize;

use super::stage;

pub(crate) const HEAD: &str = "database    tenants  conversations  commits/s   p50 ms   p99 ms";

#[derive(Serialize)]
pub(crate) struct Measured {
    database: &'static str,
    tenants: usize,
    conversations: usize,
    commits_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { database, tenants, conversations, commits_per_second, p50_ms, p99_ms } = self;
        write!(
            f,
            "{database:<10} {tenants:>8} {conversations:>14} {commits_per_second:>10.0} {p50_ms:>8.2} {p99_ms:>8.2}"
        )
    }
}

/// Runs the loop for `span`, after a fifth of it to warm up.
pub(crate) async fn measure(house: &House, tenants: usize, conversations: usize, span: Duration) -> Measured {
    let node = house.node().await;
    node.recorder.forget();
    let mut people = Vec::new();
    for _ in 0..tenants.min(conversations) {
        people.push(People::arrive(&node).await);
    }
    let opened = (0..conversations).map(async |index| {
        let people = people[index % people.len()];
        (people, stage::open(&node, &people).await)
    });
    let opened = join_all(opened).await;
    run(&node, &opened, span / 5).await;
    let began = Instant::now();
    let mut took = run(&node, &opened, span).await;
    let seconds = began.elapsed().as_secs_f64();
    node.close().await;
    took.sort_unstable();
    Measured {
        database: house.database(),
        tenants,
        conversations,
        commits_per_second: took.len() as f64 / seconds,
        p50_ms: stage::quantile(&took, 0.5),
        p99_ms: stage::quantile(&took, 0.99),
    }
}

async fn run(node: &Node, opened: &[(People, ConversationId)], span: Duration) -> Vec<Duration> {
    let end = Instant::now() + span;
    let talking = opened.iter().map(async |(people, id)| {
        let mut took = Vec::new();
        while Instant::now() < end {
            let began = Instant::now();
            stage::say(node, people, *id).await;
            took.push(began.elapsed());
        }
        took
    });
    join_all(talking).await.concat()
}
