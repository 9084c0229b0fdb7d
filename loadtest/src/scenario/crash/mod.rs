//! `kill -9` at full load: nothing acknowledged is lost, nothing is there twice, clients resume.

pub(super) mod absence;
pub(super) mod audit;
pub(super) mod load;

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use futures::{StreamExt, TryStreamExt, stream};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::time::{Instant, sleep};

use self::audit::{Findings, audit};
use self::load::Load;
use super::people::open_conversations;
use super::target::{HubArguments, Target};
use crate::client::StoredMessage;
use crate::report::{Cell, Report, Table, bar};

/// Conversations of one session: below the 64 requests it may leave unanswered.
const PER_SESSION: usize = 32;
/// The load runs this long after the last restart.
const AFTER: Duration = Duration::from_secs(2);

/// Kill the hub at full load, start it again, and judge from outside: exit code 2 when an acknowledged
/// message is lost, doubled or out of order, or a client did not resume.
#[derive(Debug, Args)]
pub struct Crash {
    #[command(flatten)]
    hub: HubArguments,
    /// How often the hub is killed.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    kills: u32,
    /// How many conversations send, each one message after the other.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=2000))]
    conversations: u32,
    /// Between two kills the load runs for a random time up to this many seconds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// How long clients may take to resume after a kill.
    #[arg(long, default_value_t = 60)]
    resume_within: u64,
}

const COLUMNS: [&str; 5] = ["kill", "after_s", "hub_back_s", "first_client_back_s", "last_client_back_s"];

impl Crash {
    /// # Errors
    /// When the hub cannot be started again or answers wrongly.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        self.hub.run("crash", &[], async |target, report| self.measure(target, report, seed).await).await
    }

    async fn measure(&self, target: &mut Target, report: &mut Report, seed: u64) -> Result<()> {
        let mut random = StdRng::seed_from_u64(seed);
        let conversations = open_conversations(target, self.conversations as usize).await?;
        let load = Load::start(target.endpoint(), &conversations, PER_SESSION, seed).await?;
        let mut table = Table::new("kills", &COLUMNS);
        let progress = bar("kills", u64::from(self.kills));
        for kill in 1..=self.kills {
            table.row(self.kill_once(target, &load, &mut random, u64::from(kill)).await?);
            progress.step();
        }
        sleep(AFTER).await;
        let heard = load.finish(Duration::ZERO).await?;
        let stored = read_back(target, &conversations).await?;
        report.table(table);
        tell(report, &audit(&heard, &stored));
        Ok(())
    }

    async fn kill_once(
        &self,
        target: &mut Target,
        load: &Load,
        random: &mut StdRng,
        kill: u64,
    ) -> Result<[Cell; 5]> {
        let after = Duration::from_millis(random.random_range(500..=self.seconds * 1000));
        sleep(after).await;
        load.check()?;
        let hub = target.own_process()?;
        hub.kill().await?;
        let killed = Instant::now();
        hub.restart().await.context("the hub did not come back")?;
        let back = killed.elapsed();
        let patience = Duration::from_secs(self.resume_within);
        let (first, last) = load.all_back_since(killed, patience).await?;
        let seconds = |duration: Duration| Cell::from(duration.as_secs_f64());
        Ok([kill.into(), seconds(after), seconds(back), seconds(first), seconds(last)])
    }
}

/// Every message of every conversation, as REST tells it.
pub(super) async fn read_back(target: &Target, conversations: &[String]) -> Result<Vec<StoredMessage>> {
    let rest = target.rest()?;
    let rest = &rest;
    let lists: Vec<Vec<StoredMessage>> = stream::iter(conversations)
        .map(|conversation| async move {
            rest.messages(conversation).await.with_context(|| format!("cannot read back {conversation}"))
        })
        .buffered(4)
        .try_collect()
        .await?;
    Ok(lists.into_iter().flatten().collect())
}

pub(super) fn tell(report: &mut Report, findings: &Findings) {
    let title = "messages, as an outsider finds them (bar: 0 but for the first two)";
    let counts = [("acknowledged messages", findings.acknowledged), ("stored messages", findings.stored)];
    report.promises(title, &counts, &findings.broken_promises());
}
