//! Loops over the lines of one run, and what they cost the hub.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Url;
use tokio::time::Instant;

use super::loops::{Reached, Window, closed, open};
use super::webhook::Source;
use crate::measure::Process;

const WARM_UP: Duration = Duration::from_secs(1);
/// A loop over everything there is ends before.
const LONGEST: Duration = Duration::from_secs(600);

pub(super) struct Storm {
    pub(super) lines: usize,
    pub(super) hub: Process,
}

/// One loop, as it is told.
pub(super) struct Ran {
    pub(super) webhooks: &'static str,
    /// `closed` or `open`.
    pub(super) pace: &'static str,
    pub(super) reached: Reached,
    /// CPU of the hub for each that was answered.
    pub(super) cpu: Duration,
}

impl Storm {
    /// As fast as they are answered, for so long.
    pub(super) async fn closed(
        &self,
        webhooks: &'static str,
        (source, url): (&Arc<impl Source>, &Url),
        during: Duration,
    ) -> Result<Ran> {
        let from = Instant::now() + WARM_UP;
        let window = Window { from, until: from + during };
        self.run((webhooks, "closed"), closed(source, (url, self.lines), window)).await
    }

    /// As fast as they are answered, until there are no more.
    pub(super) async fn to_the_end(
        &self,
        webhooks: &'static str,
        (source, url): (&Arc<impl Source>, &Url),
    ) -> Result<Ran> {
        let from = Instant::now();
        let window = Window { from, until: from + LONGEST };
        self.run((webhooks, "closed"), closed(source, (url, self.lines), window)).await
    }

    /// So many a second, for so long.
    pub(super) async fn open(
        &self,
        webhooks: &'static str,
        (source, url): (&Arc<impl Source>, &Url),
        (rate, during): (f64, Duration),
    ) -> Result<Ran> {
        self.run((webhooks, "open"), open(source, (url, self.lines), rate, during)).await
    }

    async fn run(
        &self,
        (webhooks, pace): (&'static str, &'static str),
        posting: impl Future<Output = Result<Reached>>,
    ) -> Result<Ran> {
        let before = self.hub.cpu()?;
        let reached = posting.await?;
        let cpu = self.hub.cpu()?.saturating_sub(before);
        ensure!(reached.latencies.count() > 0, "none of the {webhooks} was taken ({:?})", reached.refused);
        let answered = reached.taken.len() as u64 + reached.refused.values().sum::<u64>();
        Ok(Ran { webhooks, pace, reached, cpu: cpu.div_f64(answered as f64) })
    }
}
