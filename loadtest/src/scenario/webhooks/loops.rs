//! Webhooks posted over many lines: as fast as they are answered, or when they are due.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Url;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::post::Line;
use super::webhook::Source;
use crate::measure::Latencies;
use crate::report::per_second;

/// An open loop is never later than this; a hub that falls behind that far has failed.
const LATEST: Duration = Duration::from_secs(10);

/// What came of a loop.
#[derive(Default)]
pub(super) struct Reached {
    /// Of those that were taken within the time that counts.
    pub(super) latencies: Latencies,
    pub(super) during: Duration,
    /// What was taken, before and after that time too.
    pub(super) taken: Vec<u64>,
    /// Statuses that are no 2xx, and how often.
    pub(super) refused: BTreeMap<u16, u64>,
}

/// The time that counts; whoever is answered behind its end stops.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) from: Instant,
    pub(super) until: Instant,
}

/// When one line of an open loop is to post: first at `first`, and so on.
#[derive(Clone, Copy)]
struct Beat {
    first: Instant,
    every: Duration,
    until: Instant,
}

impl Reached {
    pub(super) fn rate(&self) -> f64 {
        per_second(self.latencies.count(), self.during)
    }

    fn add(&mut self, other: Self) {
        self.latencies.add(&other.latencies);
        self.taken.extend(other.taken);
        for (status, times) in other.refused {
            *self.refused.entry(status).or_default() += times;
        }
    }

    fn note(&mut self, number: u64, status: u16) -> bool {
        let is_taken = (200..300).contains(&status);
        if is_taken {
            self.taken.push(number);
        } else {
            *self.refused.entry(status).or_default() += 1;
        }
        is_taken
    }
}

/// Each of so many lines posts the next when the one before is answered, until the window or the source ends.
pub(super) async fn closed(
    source: &Arc<impl Source>,
    (url, lines): (&Url, usize),
    window: Window,
) -> Result<Reached> {
    let mut loops = JoinSet::new();
    for line in open_lines(url, lines).await? {
        loops.spawn(post_on(line, source.clone(), window));
    }
    let mut reached = join(loops).await?;
    reached.during = Instant::now().min(window.until) - window.from;
    Ok(reached)
}

/// So many a second, whatever the hub does; latency counts from when one was due.
pub(super) async fn open(
    source: &Arc<impl Source>,
    (url, lines): (&Url, usize),
    rate: f64,
    during: Duration,
) -> Result<Reached> {
    let mut loops = JoinSet::new();
    let opened = open_lines(url, lines).await?;
    let begins = Instant::now();
    for (number, line) in opened.into_iter().enumerate() {
        let first = begins + Duration::from_secs_f64(number as f64 / rate);
        let every = Duration::from_secs_f64(lines as f64 / rate);
        loops.spawn(post_when_due(line, source.clone(), Beat { first, every, until: begins + during }));
    }
    let mut reached = join(loops).await?;
    reached.during = begins.elapsed();
    Ok(reached)
}

async fn open_lines(url: &Url, count: usize) -> Result<Vec<Line>> {
    let mut lines = Vec::with_capacity(count);
    for _ in 0..count {
        lines.push(Line::open(url).await?);
    }
    Ok(lines)
}

async fn join(mut loops: JoinSet<Result<Reached>>) -> Result<Reached> {
    let mut all = Reached::default();
    while let Some(ended) = loops.join_next().await {
        all.add(ended.context("a loop panicked")??);
    }
    Ok(all)
}

async fn post_on(mut line: Line, source: Arc<impl Source>, window: Window) -> Result<Reached> {
    let mut reached = Reached::default();
    while Instant::now() < window.until {
        let Some((number, webhook)) = source.next() else { break };
        let started = Instant::now();
        let status = line.post(webhook).await?;
        let ended = Instant::now();
        let counts = ended >= window.from && ended < window.until;
        if reached.note(number, status) && counts {
            reached.latencies.record(ended - started);
        }
    }
    Ok(reached)
}

async fn post_when_due(mut line: Line, source: Arc<impl Source>, beat: Beat) -> Result<Reached> {
    let mut reached = Reached::default();
    let mut due = beat.first;
    while due < beat.until {
        sleep_until(due).await;
        let Some((number, webhook)) = source.next() else { break };
        let status = line.post(webhook).await?;
        if reached.note(number, status) {
            reached.latencies.record(due.elapsed());
        }
        ensure!(due.elapsed() < LATEST, "the hub falls behind without end");
        due += beat.every;
    }
    Ok(reached)
}
