//! Somebody who hears everything that is told of calls, and remembers when.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use parking_lot::Mutex;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::people;
use super::super::target::Target;
use super::seen::{SeenCall, is_over};
use crate::client::{Backoff, Event, Incoming, News, Session};
use crate::measure::now_micros;

/// What a leg that is over is remembered as, however it ended.
pub(super) const OVER: &str = "over";

/// A session subscribed to all calls, which comes back after every cut. It ends when it is dropped.
pub(super) struct Witness {
    heard: Arc<Mutex<Heard>>,
    changes: watch::Receiver<()>,
    _session: Session,
    listening: JoinSet<Result<()>>,
}

/// Everything that was heard. Times are microseconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// By the number of the contact, as they were told last.
    pub(super) calls: HashMap<String, SeenCall>,
    /// When each was first told of, by the number of the contact.
    pub(super) created: HashMap<String, i64>,
    /// When the last event of each came, by the number of the contact.
    pub(super) ended: HashMap<String, i64>,
    /// When a party was first seen in a state.
    legs: HashMap<(String, String), i64>,
}

impl Heard {
    fn note(&mut self, event: &Event, at: i64) -> Result<(), String> {
        let call: SeenCall = event.noun("call")?;
        let contact = call.contact().to_owned();
        self.created.entry(contact.clone()).or_insert(at);
        if matches!(event.kind.as_str(), "call.ended" | "call.failed") {
            self.ended.entry(contact.clone()).or_insert(at);
        }
        for leg in &call.legs {
            let state = if is_over(&leg.state) { OVER } else { &leg.state };
            self.legs.entry((leg.party.value.clone(), state.to_owned())).or_insert(at);
        }
        self.calls.insert(contact, call);
        Ok(())
    }

    /// When the leg of a party was first seen in this state.
    pub(super) fn leg(&self, party: &str, state: &str) -> Option<i64> {
        self.legs.get(&(party.to_owned(), state.to_owned())).copied()
    }

    /// Whether the contact's telephone rings, as far as that was heard, or has rung.
    pub(super) fn is_called(&self, contact: &str) -> bool {
        ["initiated", "ringing", OVER].iter().any(|state| self.leg(contact, state).is_some())
    }

    /// How many are not over.
    pub(super) fn live(&self) -> usize {
        self.calls.values().filter(|call| !call.is_over()).count()
    }
}

impl Witness {
    /// Hears everything from now on. Who may only read is never asked to take a call.
    pub(super) async fn come(target: &Target) -> Result<Self> {
        let (_, token) = people::user(target, "witness", json!({ "role": "read_only" })).await?;
        let endpoint = target.endpoint().with_token(&token);
        let (session, mut news) = Session::start(endpoint, vec!["calls".to_owned()], Backoff::default());
        let first = news.recv().await.context("the witness is gone")?;
        ensure!(matches!(first, News::Up(_)), "the witness was not let in: {first:?}");
        let heard = Arc::new(Mutex::new(Heard::default()));
        let (changed, changes) = watch::channel(());
        let mut listening = JoinSet::new();
        listening.spawn(listen(news, heard.clone(), changed));
        Ok(Self { heard, changes, _session: session, listening })
    }

    /// What was heard by now.
    pub(super) fn with<T>(&self, look: impl FnOnce(&Heard) -> T) -> T {
        look(&self.heard.lock())
    }

    /// Waits until `look` finds what it looks for.
    ///
    /// # Errors
    /// When that takes longer than `patience`.
    pub(super) async fn until<T>(&self, patience: Duration, look: impl Fn(&Heard) -> Option<T>) -> Result<T> {
        let mut changes = self.changes.clone();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = self.with(&look) {
                    return Ok(found);
                }
                changes.changed().await.context("the witness hears nothing any more")?;
            }
        };
        timeout(patience, found).await.with_context(|| format!("not heard within {patience:?}"))?
    }

    /// The id of the call with a contact, once it is told of.
    pub(super) async fn call_with(&self, contact: &str, patience: Duration) -> Result<String> {
        let id = self.until(patience, |heard| heard.calls.get(contact).map(|call| call.id.clone()));
        id.await.with_context(|| format!("the hub tells of no call with {contact}"))
    }

    /// # Errors
    /// When something was missed, or the hub said something wrong.
    pub(super) fn check(&mut self) -> Result<()> {
        match self.listening.try_join_next() {
            Some(ended) => ended.context("the witness panicked")?,
            None => Ok(()),
        }
    }
}

async fn listen(
    mut news: mpsc::Receiver<News>,
    heard: Arc<Mutex<Heard>>,
    changed: watch::Sender<()>,
) -> Result<()> {
    while let Some(news) = news.recv().await {
        match news {
            News::Said(Incoming::Event(event)) if tells_of_a_call(&event.kind) => {
                heard.lock().note(&event, now_micros()).map_err(anyhow::Error::msg)?;
                changed.send_replace(());
            }
            News::Up(up) if up.subscribed.recovered == Some(false) => {
                bail!("the hub could not say what was missed")
            }
            News::GaveUp(why) => return Err(why).context("the witness is sent away"),
            _ => {}
        }
    }
    Ok(())
}

/// All that is of the topic, and not what concerns the witness as a user.
fn tells_of_a_call(kind: &str) -> bool {
    kind.starts_with("call.") && !kind.starts_with("call.offer")
}
