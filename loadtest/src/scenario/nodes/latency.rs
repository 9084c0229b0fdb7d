//! Messages at an even rate, whoever is slow; for each when it was due, when it was answered, and when it was heard on every node.
//!
//! The commit itself cannot be seen from outside. The answer to `message.send` leaves when the commit has returned, as the frames do: from the
//! arrival of one to the arrival of the others, by one clock, is the nearest an outsider comes to it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use super::companies::{Company, Layout};
use crate::client::{Connection, Events, Incoming};
use crate::measure::Latencies;
use crate::report::{Cell, Report, Table};
use crate::scenario::people::{SendMessage, send};
use crate::scenario::send::OPEN_LOOP_UNANSWERED;
use crate::scenario::target::Target;

/// What is due before this is not counted.
const WARM_UP: Duration = Duration::from_secs(1);
/// How long the last frames may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Latency {
    /// Messages a second.
    pub(super) rate: f64,
    pub(super) during: Duration,
}

/// A message that was answered.
struct Answered {
    client_id: String,
    node: usize,
    due: Instant,
    at: Instant,
}

/// When each message was heard on one node, by `client_id`.
type Heard = Arc<Mutex<HashMap<String, Instant>>>;

/// Those who listen, by node.
struct Ears {
    heard: Vec<Heard>,
    /// Ends only when a listener fails.
    listeners: JoinSet<anyhow::Error>,
}

impl Latency {
    pub(super) async fn measure(
        &self,
        target: &Target,
        (companies, layout): (&[Company], &Layout),
        report: &mut Report,
    ) -> Result<()> {
        let mut ears = Ears::open(target, companies, layout).await?;
        let sent = self.send(target, companies, layout).await?;
        ears.until_heard(sent.len()).await?;
        report.table(self.table(&sent, &ears.heard));
        Ok(())
    }

    async fn send(&self, target: &Target, companies: &[Company], layout: &Layout) -> Result<Vec<Answered>> {
        let load = layout.load(&target.endpoint(), companies).await?;
        let nodes: Vec<usize> = companies
            .iter()
            .enumerate()
            .flat_map(|(company, it)| {
                (0..it.conversations.len()).map(move |index| layout.node(company, index))
            })
            .collect();
        let began = Instant::now();
        let due_in_all = (self.rate * (WARM_UP + self.during).as_secs_f64()) as usize;
        let (mut sends, mut answered) = (JoinSet::new(), Vec::new());
        for number in 0..due_in_all {
            let due = began + Duration::from_secs_f64(number as f64 / self.rate);
            sleep_until(due).await;
            let turn = number % load.conversations.len();
            let (line, conversation) = (load.connections[turn].clone(), load.conversations[turn].clone());
            sends.spawn(send_one(line, conversation, (nodes[turn], due)));
            while let Some(ended) = sends.try_join_next() {
                answered.push(ended.context("a send panicked")??);
            }
            ensure!(sends.len() < OPEN_LOOP_UNANSWERED, "at {} sends/s the nodes fall behind", self.rate);
        }
        while let Some(ended) = sends.join_next().await {
            answered.push(ended.context("a send panicked")??);
        }
        Ok(answered)
    }

    fn table(&self, sent: &[Answered], heard: &[Heard]) -> Table {
        let mut table = Table::new(
            format!(
                "{} messages a second in an open loop (bars from the answer to the frame: p99 ≤ 5 ms on the same node, ≤ 15 ms on another)",
                self.rate
            ),
            &["from", "to", "messages", "p50_ms", "p99_ms", "longest_ms"],
        );
        let warm = sent.iter().map(|it| it.due).min().map(|first| first + WARM_UP);
        let counted = || sent.iter().filter(|it| warm.is_none_or(|warm| it.due >= warm));
        let mut row = |from: &str, to: &str, latencies: &Latencies| {
            let figures = [latencies.at(0.5), latencies.at(0.99), latencies.longest()];
            let cells = [Cell::from(from), to.into(), latencies.count().into()];
            table.row(cells.into_iter().chain(figures.map(Cell::from)));
        };
        let mut to_answer = Latencies::default();
        counted().for_each(|it| to_answer.record(it.at - it.due));
        row("due", "answer", &to_answer);
        for (to, is_same) in [("frame on the same node", true), ("frame on another node", false)] {
            let (mut since_due, mut since_answer) = (Latencies::default(), Latencies::default());
            for (node, heard) in heard.iter().enumerate() {
                let heard = heard.lock();
                for it in counted().filter(|it| (it.node == node) == is_same) {
                    if let Some(&at) = heard.get(&it.client_id) {
                        since_due.record(at - it.due);
                        // A frame may come before the answer.
                        since_answer.record(at.saturating_duration_since(it.at));
                    }
                }
            }
            row("due", to, &since_due);
            row("answer", to, &since_answer);
        }
        table
    }
}

async fn send_one(line: Connection, conversation: String, (node, due): (usize, Instant)) -> Result<Answered> {
    let client_id = Uuid::now_v7().to_string();
    let body = "a message that is heard here and there, and it is seen when";
    let message = SendMessage { conversation_id: &conversation, body, client_id: &client_id };
    send(&line, &message).await?;
    Ok(Answered { client_id, node, due, at: Instant::now() })
}

impl Ears {
    /// On every node somebody of every company, who listens to all its conversations.
    async fn open(target: &Target, companies: &[Company], layout: &Layout) -> Result<Self> {
        let mut ears = Self { heard: Vec::new(), listeners: JoinSet::new() };
        for node in &layout.nodes {
            let heard = Heard::default();
            for company in companies {
                let endpoint = company.endpoint(&target.endpoint(), *node);
                let (line, events) = Connection::open(&endpoint, None).await?;
                let topics: Vec<String> =
                    company.conversations.iter().map(|id| format!("conversation:{id}")).collect();
                line.subscribe(&topics, None).await?;
                ears.listeners.spawn(listen(line, events, Arc::clone(&heard)));
            }
            ears.heard.push(heard);
        }
        Ok(ears)
    }

    async fn until_heard(&mut self, messages: usize) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(failed) = self.listeners.try_join_next() {
                return Err(failed.context("a listener panicked")?);
            }
            let least = self.heard.iter().map(|heard| heard.lock().len()).min().unwrap_or_default();
            if least >= messages {
                return Ok(());
            }
            ensure!(
                Instant::now() < deadline,
                "only {least} of {messages} messages were heard on every node"
            );
            sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn listen(line: Connection, mut events: Events, heard: Heard) -> anyhow::Error {
    loop {
        match events.next().await {
            Some(Incoming::Event(event)) if event.kind == "message.created" => {
                if let Some(client_id) = event.client_id {
                    heard.lock().insert(client_id, Instant::now());
                }
            }
            Some(Incoming::Closed(ending)) => return anyhow!("a listener lost its connection: {ending}"),
            Some(_) => {}
            None => return anyhow!("a listener lost its connection {:?}", line.ending()),
        }
    }
}
