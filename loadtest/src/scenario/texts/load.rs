//! Agents who write to handsets, one text after the other to each, whatever becomes of the hub.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::audit::Text;
use crate::client::{Rest, StoredMessage, until_answered};
use crate::scenario::phone_line::{PhoneLine, handset};

/// Requests under way at a time.
const AT_ONCE: usize = 32;
/// A text that is not taken by the hub for this long, over all repeats, has failed.
const SEND_PATIENCE: Duration = Duration::from_secs(90);

/// Everybody writes.
pub(in crate::scenario) struct Load {
    conversations: Vec<String>,
    writers: JoinSet<Result<Vec<Text>>>,
    stopping: Arc<AtomicBool>,
}

/// How much is written.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario) struct Plan {
    pub(in crate::scenario) messages: u32,
    pub(in crate::scenario) conversations: u32,
    /// Between two texts to the same handset.
    pub(in crate::scenario) pause: Duration,
}

/// Everything that was said.
pub(in crate::scenario) struct Sent {
    conversations: Vec<String>,
    pub(in crate::scenario) texts: Vec<Text>,
}

impl Load {
    /// Begins to send so many messages over so many conversations.
    pub(in crate::scenario) async fn start(
        rest: &Rest,
        line: &PhoneLine,
        plan: Plan,
        seed: u64,
    ) -> Result<Self> {
        let conversations: Vec<String> = stream::iter(0..plan.conversations as usize)
            .map(|index| async move { line.open(rest, &handset(index)).await })
            .buffered(AT_ONCE)
            .try_collect()
            .await
            .context("cannot open the conversations")?;
        let (at_once, stopping) = (Arc::new(Semaphore::new(AT_ONCE)), Arc::default());
        let mut writers = JoinSet::new();
        for (index, conversation) in conversations.iter().enumerate() {
            let (all, each) = (plan.messages as usize, conversations.len());
            let writer = Writer {
                rest: rest.clone(),
                conversation: conversation.clone(),
                handset: handset(index),
                count: (all + each - 1 - index) / each,
                pause: plan.pause,
                seed,
                at_once: at_once.clone(),
                stopping: Arc::clone(&stopping),
            };
            writers.spawn(writer.write());
        }
        Ok(Self { conversations, writers, stopping })
    }

    /// Says nothing more.
    pub(in crate::scenario) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Waits until everything is said.
    pub(in crate::scenario) async fn finish(mut self, patience: Duration) -> Result<Sent> {
        let deadline = Instant::now() + patience;
        let mut texts = Vec::new();
        while let Some(ended) = self.writers.join_next().await {
            texts.extend(ended.context("a writer panicked")??);
            ensure!(Instant::now() < deadline, "the hub did not take all texts within {patience:?}");
        }
        Ok(Sent { conversations: self.conversations, texts })
    }
}

impl Sent {
    /// Every message of every conversation, as REST tells it.
    pub(in crate::scenario) async fn read_back(&self, rest: &Rest) -> Result<Vec<StoredMessage>> {
        let lists: Vec<Vec<StoredMessage>> = stream::iter(&self.conversations)
            .map(|conversation| async move {
                rest.messages(conversation).await.with_context(|| format!("cannot read back {conversation}"))
            })
            .buffered(4)
            .try_collect()
            .await?;
        Ok(lists.into_iter().flatten().collect())
    }
}

struct Writer {
    rest: Rest,
    conversation: String,
    handset: String,
    count: usize,
    pause: Duration,
    seed: u64,
    at_once: Arc<Semaphore>,
    stopping: Arc<AtomicBool>,
}

#[derive(Deserialize)]
struct Taken {
    id: String,
}

impl Writer {
    async fn write(self) -> Result<Vec<Text>> {
        let mut texts = Vec::new();
        let path = format!("/api/conversations/{}/messages", self.conversation);
        for number in 0..self.count {
            if self.stopping.load(Ordering::SeqCst) {
                break;
            }
            let client_id = format!("texts-{}-{}-{number}", self.seed, self.handset);
            let body = format!("Text {number} to {} of run {}", self.handset, self.seed);
            let turn = self.at_once.acquire().await?;
            let message = json!({ "body": body, "client_id": client_id });
            let deadline = Instant::now() + SEND_PATIENCE;
            let taken: Taken = until_answered(deadline, || self.rest.post(&path, &message))
                .await
                .with_context(|| format!("the hub did not take {client_id}"))?;
            drop(turn);
            texts.push(Text { id: taken.id, number, body });
            sleep(self.pause).await;
        }
        Ok(texts)
    }
}
