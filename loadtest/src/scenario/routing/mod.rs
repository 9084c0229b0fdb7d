//! Whether conversations are given out fairly: nobody too many, nobody before his turn, none waiting for nothing.

mod floor;
mod ledger;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use self::floor::Floor;
use self::ledger::{Ledger, Standing};
use super::target::{HubArguments, Target};
use crate::client::{Connection, Event, Incoming, Rest};
use crate::report::{Cell, Progress, Report, Table, bar, per_second};

/// Customers who come at a time.
const COMING: usize = 8;
/// Conversations that may wait for a place.
const BACKLOG: usize = 30;
/// Without an event for this long, something is put an end to.
const QUIET: Duration = Duration::from_millis(50);
/// How long it may take until every place is taken.
const FILLS_WITHIN: Duration = Duration::from_secs(20);

/// Gives out conversations that come and end at random, in both ways, and counts who got what.
#[derive(Debug, Args)]
pub struct Routing {
    #[command(flatten)]
    hub: HubArguments,
    /// How many customers come, in each way.
    #[arg(long, default_value_t = 10_000)]
    conversations: usize,
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(2..=500))]
    agents: u16,
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    capacity: u64,
}

#[derive(Deserialize)]
struct Told {
    conversation: Conversation,
}

#[derive(Deserialize)]
struct Conversation {
    id: String,
    status: Option<String>,
    assignee_id: Option<String>,
}

impl Routing {
    /// # Errors
    /// When the hub is away or answers wrongly.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        self.hub.run("routing", &[], async |target, report| self.measure(target, report, seed).await).await
    }

    async fn measure(&self, target: &mut Target, report: &mut Report, seed: u64) -> Result<()> {
        let mut table = Table::new(
            "conversations given out; in_hand is never above capacity, and every place is taken while somebody waits",
            &[
                "mode",
                "conversations",
                "agents",
                "capacity",
                "given_least",
                "given_most",
                "over_capacity",
                "worst_gap",
                "full_houses",
                "given_per_s",
            ],
        );
        for mode in ["round_robin", "least_loaded"] {
            let places = (usize::from(self.agents), self.capacity);
            let floor = Floor::open(target, mode, places).await?;
            let progress = bar(mode, self.conversations as u64);
            let shift = Shift {
                ledger: Ledger::new(floor.agents.iter().cloned(), self.capacity),
                places: places.0 as u64 * self.capacity,
                open: Vec::new(),
                given: 0,
                full_houses: 0,
                random: StdRng::seed_from_u64(seed),
            };
            let began = Instant::now();
            let shift = shift.work(self.conversations, floor, target, &progress).await?;
            let (least, most) = shift.ledger.given();
            if shift.ledger.over_capacity > 0 {
                report.failure(format!("{mode}: somebody was given more than he may have"));
            }
            table.row([
                Cell::from(mode),
                self.conversations.into(),
                places.0.into(),
                self.capacity.into(),
                least.into(),
                most.into(),
                shift.ledger.over_capacity.into(),
                shift.ledger.worst_gap.into(),
                shift.full_houses.into(),
                per_second(self.conversations as u64, began.elapsed()).into(),
            ]);
        }
        report.table(table);
        Ok(())
    }
}

/// One way of giving out, from the first customer to the last.
struct Shift {
    ledger: Ledger,
    places: u64,
    /// What agents have in hand and nobody has put an end to.
    open: Vec<String>,
    given: usize,
    full_houses: u64,
    random: StdRng,
}

impl Shift {
    async fn work(
        mut self,
        all: usize,
        mut floor: Floor,
        target: &Target,
        progress: &Progress,
    ) -> Result<Self> {
        let room = Arc::new(Semaphore::new(usize::try_from(self.places)? + BACKLOG));
        let arrived = Arc::new(AtomicUsize::new(0));
        let customers = tokio::spawn(customers(
            (target.public_rest()?, target.webchat_key.clone()),
            (all, room.clone(), arrived.clone()),
        ));
        let mut endings = JoinSet::new();
        let every = (all / 10).max(1);
        let mut next_full_house = every;
        while self.given < all || !self.open.is_empty() {
            floor.all_are_here()?;
            let quiet = self.hear(&mut floor, progress).await?;
            let enough_come =
                all - arrived.load(Ordering::Relaxed) > 2 * (usize::try_from(self.places)? + BACKLOG);
            if self.given >= next_full_house && enough_come {
                self.fill(&mut floor, progress).await?;
                next_full_house += every;
            }
            let many =
                if quiet { self.open.len().div_ceil(4) } else { usize::from(self.random.random_bool(0.7)) };
            for _ in 0..many.min(self.open.len()) {
                let index = self.random.random_range(0..self.open.len());
                endings.spawn(put_an_end(floor.desk.clone(), self.open.swap_remove(index), room.clone()));
            }
            while let Some(ended) = endings.try_join_next() {
                ended.context("an ending panicked")??;
            }
        }
        customers.await.context("the customers panicked")??;
        while let Some(ended) = endings.join_next().await {
            ended.context("an ending panicked")??;
        }
        Ok(self)
    }

    /// Nothing ends for a while: then every place must be taken, because more come than there are.
    async fn fill(&mut self, floor: &mut Floor, progress: &Progress) -> Result<()> {
        let began = Instant::now();
        while self.ledger.in_hand() < self.places {
            floor.all_are_here()?;
            ensure!(
                began.elapsed() < FILLS_WITHIN,
                "{} of {} places are taken, and somebody waits",
                self.ledger.in_hand(),
                self.places
            );
            self.hear(floor, progress).await?;
        }
        self.full_houses += 1;
        Ok(())
    }

    /// The next event, if one comes soon; true when it was quiet.
    async fn hear(&mut self, floor: &mut Floor, progress: &Progress) -> Result<bool> {
        let Ok(heard) = timeout(QUIET, floor.events.next()).await else { return Ok(true) };
        match heard.context("the desk's connection is gone")? {
            Incoming::Event(event) if event.kind.starts_with("conversation.") => {
                if let Some(id) = self.note(&event)? {
                    self.open.push(id);
                    self.given += 1;
                    progress.step();
                }
            }
            Incoming::Closed(ending) => anyhow::bail!("the desk's connection ended: {ending:?}"),
            _ => {}
        }
        Ok(false)
    }

    /// The conversation, when the event gave one away.
    fn note(&mut self, event: &Event) -> Result<Option<String>> {
        let Told { conversation } = serde_json::from_str(event.data.get())?;
        let in_hand = matches!(conversation.status.as_deref(), Some("open" | "pending"));
        let routed = event.actor.as_ref().is_some_and(|actor| actor.kind == "system");
        let holder = conversation.assignee_id.as_deref().filter(|_| in_hand);
        let given = self.ledger.note(&Standing { conversation: &conversation.id, holder, routed });
        Ok(given.then_some(conversation.id))
    }
}

async fn customers(
    (rest, key): (Rest, String),
    (all, room, arrived): (usize, Arc<Semaphore>, Arc<AtomicUsize>),
) -> Result<()> {
    let coming = Arc::new(Semaphore::new(COMING));
    let mut come = JoinSet::new();
    for number in 0..all {
        // Given back when the conversation is over.
        room.clone().acquire_owned().await?.forget();
        let at_the_door = coming.clone().acquire_owned().await?;
        arrived.fetch_add(1, Ordering::Relaxed);
        let visitor = rest.visit(&key, &format!("Customer {number}")).await?;
        let speaks = rest.with_token(&visitor.token);
        come.spawn(async move {
            let path = format!("/api/conversations/{}/messages", visitor.conversation_id);
            let said: Result<Value, _> = speaks.post(&path, &json!({ "body": "Is anybody there?" })).await;
            drop(at_the_door);
            said.map(|_| ())
        });
        while let Some(came) = come.try_join_next() {
            came.context("a customer panicked")??;
        }
    }
    while let Some(came) = come.join_next().await {
        came.context("a customer panicked")??;
    }
    Ok(())
}

async fn put_an_end(desk: Connection, conversation: String, room: Arc<Semaphore>) -> Result<()> {
    let resolved = json!({ "conversation_id": conversation, "status": "resolved" });
    let _: Value = desk.request("conversation.set_status", &resolved).await?;
    room.add_permits(1);
    Ok(())
}
