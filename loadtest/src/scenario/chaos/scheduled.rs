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

use crate::client::{
    Backoff, ClientError, Event, Incoming, News, Rest, Session, StoredMessage, until_answered,
};
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
    writing: JoinHandle<Result<Written>>,
    session: Session,
    listening: JoinHandle<Vec<String>>,
}

/// What became of the requests.
#[derive(Debug, Default)]
struct Written {
    /// Ids of messages the hub has taken.
    scheduled: Vec<String>,
    /// `client_id` of those it refused because their time had come before they could be asked for again.
    too_late: Vec<String>,
}

/// How often each was said, in the thread and to who listened.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    scheduled: usize,
    not_said: Vec<String>,
    said_twice: Vec<String>,
    not_announced: Vec<String>,
    announced_twice: Vec<String>,
    refused_though_taken: Vec<String>,
}

impl Findings {
    fn broken_promises(&self) -> [(&'static str, &[String]); 5] {
        [
            ("scheduled but never said", &self.not_said),
            ("said more than once at their time", &self.said_twice),
            ("said at their time and not announced", &self.not_announced),
            ("announced more than once at their time", &self.announced_twice),
            ("refused when repeated, though taken before", &self.refused_though_taken),
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
        let written = (&mut self.writing).await.context("who schedules panicked")??;
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
        Ok(judge(&written, &stored, &announced))
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

fn judge(written: &Written, stored: &[StoredMessage], announced: &[String]) -> Findings {
    let said = count(stored.iter().map(|message| message.id.as_str()));
    let told = count(announced.iter().map(String::as_str));
    let mut findings = Findings { scheduled: written.scheduled.len(), ..Findings::default() };
    let known = |client_id: &&String| stored.iter().any(|it| it.client_id.as_ref() == Some(*client_id));
    findings.refused_though_taken.extend(written.too_late.iter().filter(known).cloned());
    for id in &written.scheduled {
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
    async fn write(self) -> Result<Written> {
        let mut random = StdRng::seed_from_u64(self.seed);
        let mut written = Written::default();
        for (number, conversation) in self.conversations.iter().cycle().enumerate() {
            if self.stopping.load(Ordering::SeqCst) {
                break;
            }
            let path = format!("/api/conversations/{conversation}/messages");
            let client_id = format!("scheduled-{}-{number}", self.seed);
            let ahead = SignedDuration::from_millis(random.random_range(AHEAD));
            let message = json!({
                "body": format!("message {number}, to be said later"),
                "client_id": client_id,
                "scheduled_at": (Timestamp::from_microsecond(now_micros())? + ahead).to_string(),
            });
            let deadline = Instant::now() + PATIENCE;
            match until_answered(deadline, || self.rest.post::<Message>(&path, &message)).await {
                Ok(taken) => written.scheduled.push(taken.id),
                Err(ClientError::Refused { code, .. }) if code == "INVALID" => {
                    written.too_late.push(client_id);
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("the hub did not take {client_id}"));
                }
            }
            sleep(EVERY).await;
        }
        Ok(written)
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
            client_id: Some(format!("client {id}")),
            status: "sent".to_owned(),
            error: None,
            seq: 1,
        }
    }

    fn broken(said: &[&str], told: &[&str]) -> Vec<&'static str> {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let said: Vec<StoredMessage> = said.iter().map(|id| stored(id)).collect();
        let written = Written { scheduled: ids(&["a", "b"]), too_late: ids(&["client late"]) };
        let findings = judge(&written, &said, &ids(told));
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
        assert_eq!(broken(&["a", "b", "late"], &["a", "b"]), ["refused when repeated, though taken before"]);
    }
}
