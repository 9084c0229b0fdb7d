//! Durable sends through WebSocket, beside the bare group commit of the same run.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::people::{SendMessage, connect, open_conversations, send};
use super::target::{HubArguments, Target};
use crate::client::Connection;
use crate::floor::commit::Width;
use crate::measure::{Latencies, Process};
use crate::report::{Cell, Report, Table, bar, per_second, ratio};

const WARM_UP: Duration = Duration::from_secs(1);
/// An open loop never has more unanswered than this; a hub that falls behind that far has failed.
pub(super) const OPEN_LOOP_UNANSWERED: usize = 4096;

/// Durable sends: every conversation sends one message after the other (closed loop), and the widest again
/// at half the rate it reached (open loop).
#[derive(Debug, Args)]
pub struct Sends {
    #[command(flatten)]
    hub: HubArguments,
    /// How many conversations send at once.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 256])]
    conversations: Vec<usize>,
    /// Over how many sockets at most; each has 64 requests in flight at most.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    sockets: u16,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

/// What a loop reached.
pub(super) struct Reached {
    pub(super) latencies: Latencies,
    during: Duration,
    cpu: Option<Duration>,
}

impl Sends {
    /// # Errors
    /// When the hub is away or answers wrongly, or the floor cannot be measured.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        self.hub.run("send", &[], async |target, report| self.measure(target, report, seed).await).await
    }

    async fn measure(&self, target: &mut Target, report: &mut Report, seed: u64) -> Result<()> {
        let during = Duration::from_secs(self.seconds);
        let most = self.conversations.iter().copied().max().context("say how many --conversations")?;
        ensure!(most > 0, "at least one conversation is needed");
        let conversations = open_conversations(target, most).await?;
        let connections = connect(target, most.min(usize::from(self.sockets))).await?;
        let load = Load { conversations, connections, hub: target.instruments().ok() };
        let progress = bar("sends", self.conversations.len() as u64 * 2 + 1);
        let mut table = Table::new(
            "message.send, acknowledged when durable; closed loop beside the bare group commit (bar at 256: ratio ≥ 0.35)",
            &[
                "conversations",
                "sends_per_s",
                "p50_ms",
                "p99_ms",
                "hub_cpu_us",
                "floor_per_s",
                "floor_p99_ms",
                "ratio",
            ],
        );
        let mut widest = 0.0;
        for &count in &self.conversations {
            let reached = load.closed(count, during).await?;
            progress.step();
            let floor = target.place.commit(Width { conversations: count, tenants: 1 }, during, seed).await?;
            progress.step();
            if count == most {
                widest = reached.rate();
            }
            table.row([
                Cell::from(count),
                reached.rate().into(),
                reached.latencies.at(0.5).into(),
                reached.latencies.at(0.99).into(),
                reached.cpu_micros(),
                floor.per_second().into(),
                floor.latencies.at(0.99).into(),
                ratio(reached.rate(), floor.per_second()).into(),
            ]);
        }
        report.table(table);
        report.table(half_rate(&load, most, widest / 2.0, during).await?);
        progress.step();
        Ok(())
    }
}

async fn half_rate(load: &Load, conversations: usize, rate: f64, during: Duration) -> Result<Table> {
    let mut table = Table::new(
        "message.send at half that rate, open loop: latency counts from when a message was due (bar: p99 ≤ 50 ms)",
        &["conversations", "due_per_s", "sends_per_s", "p50_ms", "p99_ms", "longest_ms"],
    );
    let reached = load.open(conversations, rate, during).await?;
    table.row([
        Cell::from(conversations),
        rate.into(),
        reached.rate().into(),
        reached.latencies.at(0.5).into(),
        reached.latencies.at(0.99).into(),
        reached.latencies.longest().into(),
    ]);
    Ok(table)
}

impl Reached {
    pub(super) fn rate(&self) -> f64 {
        per_second(self.latencies.count(), self.during)
    }

    fn cpu_micros(&self) -> Cell {
        let Some(cpu) = self.cpu else { return Cell::Nothing };
        ratio(cpu.as_secs_f64() * 1e6, self.latencies.count() as f64).into()
    }
}

/// Conversations, and the sockets they are spread over.
pub(super) struct Load {
    pub(super) conversations: Vec<String>,
    pub(super) connections: Vec<Connection>,
    pub(super) hub: Option<Process>,
}

impl Load {
    fn connection(&self, number: usize) -> Connection {
        self.connections[number % self.connections.len()].clone()
    }

    pub(super) async fn closed(&self, count: usize, during: Duration) -> Result<Reached> {
        let from = Instant::now() + WARM_UP;
        let until = from + during;
        let mut loops = JoinSet::new();
        for number in 0..count {
            let conversation = self.conversations[number].clone();
            loops.spawn(one_loop(self.connection(number), conversation, from, until));
        }
        sleep_until(from).await;
        let before = self.cpu()?;
        sleep_until(until).await;
        let after = self.cpu()?;
        let mut latencies = Latencies::default();
        while let Some(ended) = loops.join_next().await {
            latencies.add(&ended.context("a loop panicked")??);
        }
        ensure!(latencies.count() > 0, "no send was acknowledged in {during:?}");
        Ok(Reached { latencies, during, cpu: before.zip(after).map(|(before, after)| after - before) })
    }

    async fn open(&self, count: usize, rate: f64, during: Duration) -> Result<Reached> {
        let started = Instant::now();
        let due_in_all = (rate * during.as_secs_f64()) as u64;
        let mut sends = JoinSet::new();
        let mut latencies = Latencies::default();
        for number in 0..due_in_all {
            let due = started + Duration::from_secs_f64(number as f64 / rate);
            sleep_until(due).await;
            let turn = number as usize % count;
            sends.spawn(one_send(self.connection(turn), self.conversations[turn].clone(), due));
            while let Some(ended) = sends.try_join_next() {
                latencies.record(ended.context("a send panicked")??);
            }
            ensure!(
                sends.len() < OPEN_LOOP_UNANSWERED,
                "at {rate:.0} sends/s the hub falls behind without end"
            );
        }
        while let Some(ended) = sends.join_next().await {
            latencies.record(ended.context("a send panicked")??);
        }
        ensure!(latencies.count() > 0, "no send was due at {rate:.2}/s");
        Ok(Reached { latencies, during: started.elapsed(), cpu: None })
    }

    fn cpu(&self) -> Result<Option<Duration>> {
        self.hub.map(Process::cpu).transpose()
    }
}

async fn one_loop(
    connection: Connection,
    conversation: String,
    from: Instant,
    until: Instant,
) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    loop {
        let started = Instant::now();
        one_send(connection.clone(), conversation.clone(), started).await?;
        let ended = Instant::now();
        if ended >= until {
            return Ok(latencies);
        }
        if ended >= from {
            latencies.record(ended - started);
        }
    }
}

async fn one_send(connection: Connection, conversation: String, due: Instant) -> Result<Duration> {
    let client_id = Uuid::now_v7().to_string();
    let body = "a message of a conversation that never ends, and says little each time";
    let message = SendMessage { conversation_id: &conversation, body, client_id: &client_id };
    send(&connection, &message).await?;
    Ok(due.elapsed())
}
