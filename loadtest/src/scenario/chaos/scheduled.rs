//! Messages that are to be said at a time: each is said once, whoever lives at that time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::client::{Backoff, Event, Incoming, News, Rest, Session, StoredMessage, until_answered};
use crate::measure::now_micros;
use crate::report::Report;
use crate::scenario::people::open_conversations;
use crate::scenario::target::Target;

const CONVERSATIONS: usize = 4;
/// Between two of them.
const EVERY: Duration = Duration::from_millis(400);
/// How far ahead they are scheduled, in milliseconds.
const AHEAD: std::ops::RangeInclusive<i64> = 2_000..=8_000;
/// A message that is not taken for this long, over all repeats, has failed.
const PATIENCE: Duration = Duration::from_secs(90);

/// They are being scheduled.
pub(super) struct Scheduling {
    conversations: Vec<String>,
    stopping: Arc<AtomicBool>,
    writing: JoinHandle<Result<Vec<String>>>,
    session: Session,
    listening: JoinHandle<Vec<String>>,
}

/// How often each was said, in the thread and to who listened.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    scheduled: usize,
    not_said: Vec<String>,
    said_twice: Vec<String>,
    not_announced: Vec<String>,
    announced_twice: Vec<String>,
}

impl Findings {
    fn broken_promises(&self) -> [(&'static str, &[String]); 4] {
        [
            ("scheduled but never said", &self.not_said),
            ("said more than once at their time", &self.said_twice),
            ("said at their time and not announced", &self.not_announced),
            ("announced more than once at their time", &self.announced_twice),
        ]
    }

    pub(super) fn tell(&self, report: &mut Report) {
        let title = "messages scheduled, as an outsider finds them (bar: 0 but for the first)";
        report.promises(title, &[("scheduled", self.scheduled)], &self.broken_promises());
    }
}

impl Scheduling {
    pub(super) async fn start(target: &Target, seed: u64) -> Result<Self> {
        let conversations = open_conversations(target, CONVERSATIONS).await?;
        let topics = conversations.iter().map(|id| format!("conversation:{id}")).collect();
        let (session, mut news) = Session::start(target.endpoint(), topics, Backoff::default());
        while !matches!(news.recv().await.context("nobody listens to what is scheduled")?, News::Up(_)) {}
        let listening = tokio::spawn(async move {
            let mut announced = Vec::new();
            while let Some(news) = news.recv().await {
                if let News::Said(Incoming::Event(event)) = news {
                    announced.extend(message_of(&event));
                }
            }
            announced
        });
        let stopping = Arc::default();
        let writer = Writer {
            rest: target.rest()?,
            conversations: conversations.clone(),
            stopping: Arc::clone(&stopping),
            seed,
        };
        let writing = tokio::spawn(writer.write());
        Ok(Self { conversations, stopping, writing, session, listening })
    }

    /// Waits until the last one is due and was said, or should have been.
    pub(super) async fn finish(mut self, rest: &Rest, patience: Duration) -> Result<Findings> {
        self.stopping.store(true, Ordering::SeqCst);
        let scheduled = (&mut self.writing).await.context("who schedules panicked")??;
        let deadline = Instant::now() + Duration::from_millis(AHEAD.end().unsigned_abs()) + patience;
        while Instant::now() < deadline && self.some_wait(rest).await? {
            sleep(EVERY).await;
        }
        let deadline = Instant::now() + patience;
        let _: Value = self.session.request_until_answered("ping", &json!({}), deadline).await?;
        let mut stored = Vec::new();
        for conversation in &self.conversations {
            stored.extend(rest.messages(conversation).await?);
        }
        self.session.finish().await;
        let announced = self.listening.await.context("who listens panicked")?;
        Ok(judge(&scheduled, &stored, &announced))
    }

    async fn some_wait(&self, rest: &Rest) -> Result<bool> {
        for conversation in &self.conversations {
            let waiting = format!("/api/conversations/{conversation}/messages?status=scheduled&limit=1");
            if !rest.list::<Value>(&waiting).await?.0.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn judge(scheduled: &[String], stored: &[StoredMessage], announced: &[String]) -> Findings {
    let said = count(stored.iter().map(|message| message.id.as_str()));
    let told = count(announced.iter().map(String::as_str));
    let mut findings = Findings { scheduled: scheduled.len(), ..Findings::default() };
    for id in scheduled {
        let times = |of: &HashMap<&str, usize>| of.get(id.as_str()).copied().unwrap_or_default();
        match times(&said) {
            0 => findings.not_said.push(id.clone()),
            1 => {}
            _ => findings.said_twice.push(id.clone()),
        }
        match times(&told) {
            0 => findings.not_announced.push(id.clone()),
            1 => {}
            _ => findings.announced_twice.push(id.clone()),
        }
    }
    findings
}

fn count<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    let mut times = HashMap::new();
    for id in ids {
        *times.entry(id).or_default() += 1;
    }
    times
}

#[derive(Deserialize)]
struct Message {
    id: String,
}

fn message_of(event: &Event) -> Option<String> {
    let is_said = event.kind == "message.created";
    is_said.then(|| event.noun::<Message>("message").ok().map(|message| message.id)).flatten()
}

struct Writer {
    rest: Rest,
    conversations: Vec<String>,
    stopping: Arc<AtomicBool>,
    seed: u64,
}

impl Writer {
    async fn write(self) -> Result<Vec<String>> {
        let mut random = StdRng::seed_from_u64(self.seed);
        let mut scheduled = Vec::new();
        while !self.stopping.load(Ordering::SeqCst) {
            let number = scheduled.len();
            let conversation = &self.conversations[number % self.conversations.len()];
            let path = format!("/api/conversations/{conversation}/messages");
            let ahead = SignedDuration::from_millis(random.random_range(AHEAD));
            let message = json!({
                "body": format!("message {number}, to be said later"),
                "client_id": format!("scheduled-{}-{number}", self.seed),
                "scheduled_at": (Timestamp::from_microsecond(now_micros())? + ahead).to_string(),
            });
            let deadline = Instant::now() + PATIENCE;
            let taken: Message = until_answered(deadline, || self.rest.post(&path, &message))
                .await
                .with_context(|| format!("the hub did not take scheduled message {number}"))?;
            scheduled.push(taken.id);
            sleep(EVERY).await;
        }
        Ok(scheduled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(id: &str) -> StoredMessage {
        StoredMessage {
            id: id.to_owned(),
            conversation_id: "c".to_owned(),
            body: String::new(),
            client_id: None,
            status: "sent".to_owned(),
            error: None,
            seq: 1,
        }
    }

    fn broken(said: &[&str], told: &[&str]) -> Vec<&'static str> {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let said: Vec<StoredMessage> = said.iter().map(|id| stored(id)).collect();
        let findings = judge(&ids(&["a", "b"]), &said, &ids(told));
        let broken = findings.broken_promises().into_iter().filter(|(_, found)| !found.is_empty());
        broken.map(|(what, _)| what).collect()
    }

    #[test]
    fn each_is_said_once_and_announced_once() {
        assert!(broken(&["a", "b"], &["b", "a", "other"]).is_empty());
        assert_eq!(broken(&["a"], &["a", "b"]), ["scheduled but never said"]);
        assert_eq!(broken(&["a", "b", "b"], &["a", "b"]), ["said more than once at their time"]);
        assert_eq!(broken(&["a", "b"], &["a"]), ["said at their time and not announced"]);
        assert_eq!(broken(&["a", "b"], &["a", "b", "a"]), ["announced more than once at their time"]);
    }
}
