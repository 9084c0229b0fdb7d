//! Clients that send as fast as they are answered, and stay through crashes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep};

use super::absence::{Absence, Absences};
use super::audit::{Acknowledged, Announced, Heard, client_id};
use crate::client::{Backoff, ClientError, Endpoint, Event, Incoming, News, Session};
use crate::scenario::people::{SendMessage, Sent, confirm};

/// A send that is not answered for this long, over all repeats, has failed.
const SEND_PATIENCE: Duration = Duration::from_secs(90);

pub(in crate::scenario) struct Load {
    clients: Vec<Client>,
    loops: JoinSet<Result<Vec<Acknowledged>>>,
    stopping: Arc<AtomicBool>,
    /// By conversation.
    answered: Vec<Arc<AtomicU64>>,
}

/// One session and what it heard.
struct Client {
    session: Session,
    heard: Arc<Mutex<Ear>>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Ear {
    announced: Vec<Announced>,
    up_since: Option<Instant>,
    absences: Absences,
    not_resumed: Vec<String>,
    gave_up: Option<String>,
}

impl Load {
    /// Returns when all clients are connected and sending. A session hears so many conversations and speaks in those of the next one:
    /// with several nodes, what is said on one is heard on another.
    pub(in crate::scenario) async fn start(
        endpoint: Endpoint,
        conversations: &[String],
        per_session: usize,
        seed: u64,
    ) -> Result<Self> {
        let begun = Instant::now();
        let hearing = || conversations.chunks(per_session);
        let clients: Vec<Client> = hearing().map(|some| Client::start(endpoint.clone(), some)).collect();
        let (stopping, answered) = (Arc::default(), Vec::new());
        let mut load = Self { clients, loops: JoinSet::new(), stopping, answered };
        // Nothing is said before everybody listens.
        load.all_back_since(begun, Duration::from_secs(30)).await?;
        for (number, some) in hearing().enumerate() {
            let speaking = &load.clients[(number + 1) % load.clients.len()].session;
            for (index, conversation) in some.iter().enumerate() {
                let sender = Sender {
                    session: speaking.clone(),
                    conversation: conversation.clone(),
                    name: (seed, number * per_session + index),
                    stopping: Arc::clone(&load.stopping),
                    answered: Arc::default(),
                };
                load.answered.push(Arc::clone(&sender.answered));
                load.loops.spawn(sender.run());
            }
        }
        Ok(load)
    }

    /// An error when a client has given up.
    pub(in crate::scenario) fn check(&self) -> Result<()> {
        for client in &self.clients {
            if let Some(why) = &client.ear().gave_up {
                bail!("a client gave up: {why}");
            }
        }
        Ok(())
    }

    /// How long after `moment` the first and the last client were up again.
    pub(in crate::scenario) async fn all_back_since(
        &self,
        moment: Instant,
        patience: Duration,
    ) -> Result<(Duration, Duration)> {
        loop {
            self.check()?;
            let mut back: Vec<Instant> =
                self.clients.iter().filter_map(|client| client.ear().up_since).collect();
            back.retain(|&since| since > moment);
            back.sort_unstable();
            if let (Some(&first), Some(&last)) = (back.first(), back.last())
                && back.len() == self.clients.len()
            {
                return Ok((first - moment, last - moment));
            }
            let (back, all) = (back.len(), self.clients.len());
            ensure!(moment.elapsed() < patience, "{back} of {all} clients were back within {patience:?}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until every conversation got one more answer.
    pub(in crate::scenario) async fn everybody_is_served(&self, patience: Duration) -> Result<Duration> {
        let (began, before) = (Instant::now(), self.answers());
        loop {
            self.check()?;
            let now = self.answers();
            let waiting = before.iter().zip(&now).filter(|(before, now)| before == now).count();
            if waiting == 0 {
                return Ok(began.elapsed());
            }
            let all = now.len();
            ensure!(
                began.elapsed() < patience,
                "{waiting} of {all} conversations got no answer within {patience:?}"
            );
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Every time a client was cut after this moment, in no order.
    pub(in crate::scenario) fn absences_since(&self, moment: Instant) -> Vec<Absence> {
        let of_all = self.clients.iter().flat_map(|client| client.ear().absences.since(moment));
        of_all.collect()
    }

    pub(in crate::scenario) fn clients(&self) -> usize {
        self.clients.len()
    }

    fn answers(&self) -> Vec<u64> {
        self.answered.iter().map(|answered| answered.load(Ordering::Relaxed)).collect()
    }

    /// Ends the loops, waits for what is under way, and gives back all that was heard. What was said on one node may take so long
    /// to reach another.
    pub(in crate::scenario) async fn finish(mut self, on_its_way: Duration) -> Result<Heard> {
        self.stopping.store(true, Ordering::SeqCst);
        let mut heard = Heard::default();
        while let Some(ended) = self.loops.join_next().await {
            heard.acknowledged.extend(ended.context("a sender panicked")??);
        }
        sleep(on_its_way).await;
        for client in self.clients {
            let ear = client.finish().await?;
            heard.announced.extend(ear.announced);
            heard.not_resumed.extend(ear.not_resumed);
        }
        ensure!(!heard.acknowledged.is_empty(), "no message was acknowledged");
        Ok(heard)
    }
}

impl Client {
    fn start(endpoint: Endpoint, conversations: &[String]) -> Self {
        let topics = conversations.iter().map(|id| format!("conversation:{id}")).collect();
        let (session, news) = Session::start(endpoint, topics, Backoff::default());
        let heard = Arc::new(Mutex::new(Ear::default()));
        let listening = tokio::spawn(listen(news, Arc::clone(&heard)));
        Self { session, heard, listening }
    }

    fn ear(&self) -> MutexGuard<'_, Ear> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a ping comes behind every event before it.
    async fn finish(self) -> Result<Ear> {
        let deadline = Instant::now() + SEND_PATIENCE;
        let _: Value = self.session.request_until_answered("ping", &json!({}), deadline).await?;
        self.session.finish().await;
        self.listening.await.context("a listener panicked")?;
        let mut ear = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *ear))
    }
}

async fn listen(mut news: mpsc::Receiver<News>, heard: Arc<Mutex<Ear>>) {
    while let Some(news) = news.recv().await {
        let mut ear = heard.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            News::Up(up) => {
                ear.up_since = Some(Instant::now());
                ear.absences.over(Instant::now(), up.subscribed.recovered);
                if up.subscribed.recovered == Some(false) {
                    ear.not_resumed.push("a session whose place was not recovered".into());
                }
            }
            News::Said(Incoming::Event(event)) => ear.hear(&event),
            News::Down { why, .. } => ear.absences.begin(Instant::now(), &why),
            News::Said(_) => {}
            News::GaveUp(why) => ear.gave_up = Some(why.to_string()),
        }
    }
}

impl Ear {
    fn hear(&mut self, event: &Event) {
        if let ("message.created", Some(client_id)) = (event.kind.as_str(), &event.client_id) {
            self.announced.push(Announced { client_id: client_id.clone(), seq: event.seq });
        }
    }
}

struct Sender {
    session: Session,
    conversation: String,
    /// The seed and the number of the loop.
    name: (u64, usize),
    stopping: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
}

impl Sender {
    async fn run(self) -> Result<Vec<Acknowledged>> {
        let mut acknowledged = Vec::new();
        while !self.stopping.load(Ordering::SeqCst) {
            let number = acknowledged.len() as u64;
            acknowledged.push(self.send(number).await.with_context(|| format!("message {number}"))?);
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
        Ok(acknowledged)
    }

    async fn send(&self, number: u64) -> Result<Acknowledged, ClientError> {
        let client_id = client_id(self.name.0, self.name.1, number);
        let body = format!("message {number} of a hub that is about to be killed");
        let message = SendMessage { conversation_id: &self.conversation, body: &body, client_id: &client_id };
        let deadline = Instant::now() + SEND_PATIENCE;
        let sent: Sent = self.session.request_until_answered("message.send", &message, deadline).await?;
        confirm(&message, &sent)?;
        Ok(Acknowledged {
            conversation: self.conversation.clone(),
            client_id,
            message: sent.message.id,
            seq: sent.seq,
        })
    }
}
