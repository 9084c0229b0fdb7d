//! What a delivery costs the hub in CPU, beside the bare `write()` of the same run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use futures::future::try_join_all;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::people::{SendMessage, open_conversations, send};
use super::target::{HubArguments, Target};
use crate::client::{Connection, Events, Incoming};
use crate::floor::fan_out::{BURST, Manner, measure};
use crate::measure::Process;
use crate::report::{Cell, Report, Table, bar, per_second, ratio};

/// A round that takes longer has lost a delivery.
const ROUND_PATIENCE: Duration = Duration::from_secs(20);

/// CPU of the hub per delivery: one sender, many subscribers of one conversation.
#[derive(Debug, Args)]
pub struct FanOut {
    #[command(flatten)]
    hub: HubArguments,
    /// Subscribers of the conversation.
    #[arg(long, default_value_t = 1_000)]
    subscribers: usize,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

/// Counts deliveries over all subscribers.
#[derive(Default)]
struct Tally {
    delivered: AtomicU64,
    awaited: AtomicU64,
    reached: Notify,
}

struct Audience {
    sender: Connection,
    conversation: String,
    subscribers: usize,
    tally: Arc<Tally>,
    /// Ends only when a subscriber fails.
    listeners: JoinSet<anyhow::Error>,
}

impl FanOut {
    /// # Errors
    /// When the hub is away, answers wrongly or loses a delivery.
    pub async fn run(&self) -> Result<Report> {
        self.hub.run("fan-out", &[], async |target, report| self.measure(target, report).await).await
    }

    async fn measure(&self, target: &mut Target, report: &mut Report) -> Result<()> {
        let during = Duration::from_secs(self.seconds);
        let hub = target.instruments()?;
        let mut audience = Audience::gather(target, self.subscribers).await?;
        // The first message takes the conversation over; that event is not to be counted.
        audience.round(1).await?;
        let mut table = Table::new(
            format!(
                "CPU of the hub per delivery of a message to {} subscribers (bars: 2.2 alone, 0.6 in bursts)",
                self.subscribers
            ),
            &["manner", "messages", "deliveries_per_s", "hub_cpu_us", "bare_write_cpu_us", "ratio"],
        );
        for (manner, frames) in [(Manner::Alone, 1), (Manner::Burst, BURST)] {
            let (rounds, cpu, elapsed) = audience.rounds(frames, during, hub).await?;
            let messages = rounds * frames as u64;
            let deliveries = messages * self.subscribers as u64;
            let cpu_micros = ratio(cpu.as_secs_f64() * 1e6, deliveries as f64);
            let floor = measure(self.subscribers, manner, during).await?.cpu_micros();
            table.row([
                Cell::from(manner.name()),
                messages.into(),
                per_second(deliveries, elapsed).into(),
                cpu_micros.into(),
                floor.into(),
                ratio(cpu_micros, floor).into(),
            ]);
        }
        report.table(table);
        Ok(())
    }
}

impl Audience {
    async fn gather(target: &Target, subscribers: usize) -> Result<Self> {
        ensure!(subscribers > 0, "at least one subscriber is needed");
        let conversation = open_conversations(target, 1).await?.remove(0);
        let topics = [format!("conversation:{conversation}")];
        let tally = Arc::new(Tally::default());
        let mut listeners = JoinSet::new();
        let progress = bar("subscribers", subscribers as u64);
        for number in 0..subscribers {
            let (connection, events) = Connection::open(&target.endpoint(), None)
                .await
                .with_context(|| format!("subscriber {number} of {subscribers}"))?;
            connection.subscribe(&topics, None).await?;
            listeners.spawn(listen(connection, events, Arc::clone(&tally)));
            progress.step();
        }
        let (sender, _events) = Connection::open(&target.endpoint(), None).await?;
        Ok(Self { sender, conversation, subscribers, tally, listeners })
    }

    /// Rounds for `during`: how many, the CPU of the hub, and how long they really took.
    async fn rounds(
        &mut self,
        frames: usize,
        during: Duration,
        hub: Process,
    ) -> Result<(u64, Duration, Duration)> {
        let (started, cpu_before, mut rounds) = (Instant::now(), hub.cpu()?, 0);
        while started.elapsed() < during {
            self.round(frames).await?;
            rounds += 1;
        }
        Ok((rounds, hub.cpu()?.saturating_sub(cpu_before), started.elapsed()))
    }

    /// Sends `frames` messages at once and waits until every subscriber has them all.
    async fn round(&mut self, frames: usize) -> Result<()> {
        let more = (frames * self.subscribers) as u64;
        let awaited = self.tally.awaited.fetch_add(more, Ordering::SeqCst) + more;
        try_join_all((0..frames).map(|_| self.send_one())).await?;
        let delivered = timeout(ROUND_PATIENCE, self.tally.until_reached());
        tokio::select! {
            delivered = delivered => delivered.map_err(|_| anyhow!(
                "{} of {awaited} deliveries came within {ROUND_PATIENCE:?}",
                self.tally.delivered.load(Ordering::SeqCst)
            ))?,
            Some(failed) = self.listeners.join_next() => return Err(failed.context("a subscriber panicked")?),
        }
        let delivered = self.tally.delivered.load(Ordering::SeqCst);
        ensure!(delivered == awaited, "{delivered} deliveries where {awaited} were due");
        Ok(())
    }

    async fn send_one(&self) -> Result<()> {
        let client_id = Uuid::now_v7().to_string();
        let body = "a message that a thousand people read at once, and none of them answers";
        let message = SendMessage { conversation_id: &self.conversation, body, client_id: &client_id };
        send(&self.sender, &message).await?;
        Ok(())
    }
}

impl Tally {
    fn delivered(&self) {
        let delivered = self.delivered.fetch_add(1, Ordering::SeqCst) + 1;
        if delivered >= self.awaited.load(Ordering::SeqCst) {
            self.reached.notify_one();
        }
    }

    async fn until_reached(&self) {
        while self.delivered.load(Ordering::SeqCst) < self.awaited.load(Ordering::SeqCst) {
            self.reached.notified().await;
        }
    }
}

async fn listen(connection: Connection, mut events: Events, tally: Arc<Tally>) -> anyhow::Error {
    loop {
        match events.next().await {
            Some(Incoming::Event(event)) if event.kind == "message.created" => tally.delivered(),
            Some(Incoming::Closed(ending)) => return anyhow!("a subscriber lost its connection: {ending}"),
            Some(_) => {}
            None => return anyhow!("a subscriber lost its connection {:?}", connection.ending()),
        }
    }
}
