//! What an idle session costs the hub in memory.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use futures::{StreamExt, TryStreamExt, stream};
use tokio::time::sleep;

use super::crowd::{open_files_for, source};
use super::target::{HubArguments, Target};
use crate::client::{Connection, Endpoint, Events};
use crate::measure::megabytes;
use crate::report::{Cell, Report, Table, bar, ratio};

/// Handshakes at a time.
const HANDSHAKES: usize = 64;
/// What the first sessions make the hub allocate once is not counted.
const WARM_UP: usize = 100;
/// Buffers of the handshakes are given back.
const SETTLE: Duration = Duration::from_secs(3);

/// Memory of the hub per authenticated, subscribed, idle session.
#[derive(Debug, Args)]
pub struct Idle {
    #[command(flatten)]
    hub: HubArguments,
    /// How many sessions, ascending; at most 10,000.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    sessions: Vec<usize>,
}

type Session = (Connection, Events);

impl Idle {
    /// # Errors
    /// When the hub is away, answers wrongly, loses a session, or `ulimit -n` is too low.
    pub async fn run(&self) -> Result<Report> {
        let most = self.sessions.iter().copied().max().context("say how many --sessions")?;
        let limit = open_files_for(most)?;
        self.hub.run("idle", &[], async |target, report| self.measure(target, report, limit).await).await
    }

    async fn measure(&self, target: &mut Target, report: &mut Report, limit: u64) -> Result<()> {
        report.setting("ulimit_n", limit);
        let hub = target.instruments()?;
        drop(open(target, 0, WARM_UP).await?);
        sleep(SETTLE).await;
        let before = hub.resident_bytes()?;
        let mut table = Table::new(
            "memory of the hub per idle session, subscribed to inbox (bar: ≤ 16 KB)",
            &["sessions", "hub_before_mb", "hub_after_mb", "kb_per_session"],
        );
        let mut sessions: Vec<Session> = Vec::new();
        for &count in &self.sessions {
            let more = count.saturating_sub(sessions.len());
            sessions.extend(open(target, sessions.len(), more).await?);
            sleep(SETTLE).await;
            let after = hub.resident_bytes()?;
            let dead = sessions.iter().filter(|(connection, _)| !connection.lives()).count();
            ensure!(dead == 0, "{dead} of {count} sessions did not stay: {:?}", first_ending(&sessions));
            table.row([
                Cell::from(count),
                megabytes(before).into(),
                megabytes(after).into(),
                ratio(after.saturating_sub(before) as f64 / 1024.0, count as f64).into(),
            ]);
        }
        report.table(table);
        Ok(())
    }
}

fn first_ending(sessions: &[Session]) -> Option<String> {
    sessions.iter().find_map(|(connection, _)| connection.ending().map(ToString::to_string))
}

async fn open(target: &Target, already: usize, count: usize) -> Result<Vec<Session>> {
    let progress = bar("sessions", count as u64);
    let (progress, endpoint) = (&progress, target.endpoint());
    stream::iter(already..already + count)
        .map(|number| {
            let endpoint = endpoint.clone().from_source(source(number));
            async move {
                let session = open_one(&endpoint).await.with_context(|| format!("session {number}"))?;
                progress.step();
                Ok(session)
            }
        })
        .buffer_unordered(HANDSHAKES)
        .try_collect()
        .await
}

async fn open_one(endpoint: &Endpoint) -> Result<Session> {
    let (connection, events) = Connection::open(endpoint, None).await?;
    connection.subscribe(&["inbox".to_owned()], None).await?;
    Ok((connection, events))
}
