//! Peers that never read and peers that announce too much: neither may make the hub grow.

mod oversized;
mod sampler;
mod sleeper;

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use clap::Args;
use uuid::Uuid;

use self::oversized::Announcement;
use self::sampler::{Memory, Sampler};
use self::sleeper::{End, Sleeper};
use super::people::{SendMessage, connect, open_conversations, send};
use super::target::{HubArguments, Target};
use crate::client::{Connection, Events, Incoming};
use crate::report::{Cell, Report, Table, bar};

/// Peers that never read, and peers that announce a frame of 1 GB or fragments without end: how much the
/// hub grows, and how it lets them go. Exit code 2 when it grows too much or a healthy reader suffers.
#[derive(Debug, Args)]
pub struct Slow {
    #[command(flatten)]
    hub: HubArguments,
    /// Peers that subscribe and never read.
    #[arg(long, default_value_t = 20)]
    sleepers: usize,
    /// Messages of 9,000 characters they do not read; loopback alone buffers some megabytes each.
    #[arg(long, default_value_t = 2_000)]
    messages: usize,
    /// The most the hub may have grown at any moment.
    #[arg(long, default_value_t = 64.0)]
    most_growth_mb: f64,
}

/// What came of one kind of peer.
struct Outcome {
    peer: String,
    memory: Memory,
    end: String,
    failures: Vec<String>,
}

const COLUMNS: [&str; 5] = ["peer", "hub_before_mb", "hub_peak_mb", "hub_after_mb", "end"];
const BODY_CHARACTERS: usize = 9_000;

impl Slow {
    /// # Errors
    /// When the hub is away, answers wrongly, or a healthy reader misses a message.
    pub async fn run(&self) -> Result<Report> {
        self.hub.run("slow", &[], async |target, report| self.measure(target, report).await).await
    }

    async fn measure(&self, target: &mut Target, report: &mut Report) -> Result<()> {
        let mut outcomes = vec![self.sleepers(target).await?];
        for announcement in Announcement::ALL {
            outcomes.push(oversized(target, announcement).await?);
        }
        let mut table = Table::new("peers that do harm", &COLUMNS);
        for outcome in outcomes {
            let Memory { before, peak, after } = outcome.memory;
            table.row([
                Cell::from(outcome.peer.as_str()),
                before.into(),
                peak.into(),
                after.into(),
                outcome.end.into(),
            ]);
            outcome.failures.into_iter().for_each(|failure| report.failure(failure));
            if peak - before > self.most_growth_mb {
                let allowed = self.most_growth_mb;
                report.failure(format!(
                    "{}: the hub grew by {:.0} MB, {allowed} are allowed",
                    outcome.peer,
                    peak - before
                ));
            }
        }
        report.table(table);
        Ok(())
    }

    /// Sleepers beside one healthy reader, who must get everything.
    async fn sleepers(&self, target: &Target) -> Result<Outcome> {
        let conversation = open_conversations(target, 1).await?.remove(0);
        let topic = format!("conversation:{conversation}");
        let (reader, events) = Connection::open(&target.endpoint(), None).await?;
        reader.subscribe(std::slice::from_ref(&topic), None).await?;
        let sender = connect(target, 1).await?.remove(0);
        let sampler = Sampler::start(target.instruments()?)?;
        let mut sleepers = Vec::new();
        for _ in 0..self.sleepers {
            sleepers.push(Sleeper::fall_asleep(&target.endpoint(), &topic).await?);
        }
        let reading = tokio::spawn(read_all(reader, events, self.messages));
        send_all(&sender, &conversation, self.messages).await?;
        reading.await.context("the healthy reader panicked")??;
        let memory = sampler.read()?;
        let mut ends = Vec::new();
        for sleeper in sleepers {
            ends.push(sleeper.wake_up().await);
        }
        Ok(Outcome {
            peer: format!("{} never read", self.sleepers),
            memory,
            end: summary(&ends),
            failures: ends
                .iter()
                .filter(|end| !end.is_clean())
                .map(|end| format!("a sleeper was not let go cleanly: {end}"))
                .collect(),
        })
    }
}

async fn oversized(target: &Target, announcement: Announcement) -> Result<Outcome> {
    let sampler = Sampler::start(target.instruments()?)?;
    let end = announcement.make(&target.endpoint()).await?;
    let peer = announcement.name().to_owned();
    let failures =
        if end.in_time() { Vec::new() } else { vec![format!("{peer}: {end}; 4503 at once was due")] };
    Ok(Outcome { peer, memory: sampler.read()?, end: end.to_string(), failures })
}

/// `20 × closed with 4008`.
fn summary(ends: &[End]) -> String {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for end in ends {
        *kinds.entry(end.to_string()).or_default() += 1;
    }
    let counted: Vec<String> = kinds.into_iter().map(|(kind, count)| format!("{count} × {kind}")).collect();
    counted.join("; ")
}

async fn send_all(sender: &Connection, conversation: &str, count: usize) -> Result<()> {
    let body = "z".repeat(BODY_CHARACTERS);
    let progress = bar("messages nobody reads", count as u64);
    for _ in 0..count {
        let client_id = Uuid::now_v7().to_string();
        send(sender, &SendMessage { conversation_id: conversation, body: &body, client_id: &client_id })
            .await?;
        progress.step();
    }
    Ok(())
}

async fn read_all(_reader: Connection, mut events: Events, count: usize) -> Result<()> {
    let mut read = 0;
    while read < count {
        match events.next().await {
            Some(Incoming::Event(event)) if event.kind == "message.created" => read += 1,
            Some(Incoming::Closed(ending)) => {
                ensure!(false, "the healthy reader was {ending} after {read} of {count}")
            }
            Some(_) => {}
            None => ensure!(false, "the healthy reader ended after {read} of {count}"),
        }
    }
    Ok(())
}
