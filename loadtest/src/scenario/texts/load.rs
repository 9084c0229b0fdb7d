//! Agents who write to handsets, one text after the other to each, whatever becomes of the hub.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::audit::Text;
use crate::client::{Rest, StoredMessage, until_answered};
use crate::scenario::phone_line::{PhoneLine, handset};

/// Requests under way at a time.
const AT_ONCE: usize = 32;
/// A text that is not taken by the hub for this long, over all repeats, has failed.
const SEND_PATIENCE: Duration = Duration::from_secs(90);

/// Everybody writes.
pub(super) struct Load {
    conversations: Vec<String>,
    writers: JoinSet<Result<Vec<Text>>>,
}

/// Everything that was said.
pub(super) struct Sent {
    conversations: Vec<String>,
    pub(super) texts: Vec<Text>,
}

impl Load {
    /// Begins to send so many messages over so many conversations.
    pub(super) async fn start(
        rest: &Rest,
        line: &PhoneLine,
        (messages, conversations): (u32, u32),
        seed: u64,
    ) -> Result<Self> {
        let conversations: Vec<String> = stream::iter(0..conversations as usize)
            .map(|index| async move { line.open(rest, &handset(index)).await })
            .buffered(AT_ONCE)
            .try_collect()
            .await
            .context("cannot open the conversations")?;
        let at_once = Arc::new(Semaphore::new(AT_ONCE));
        let mut writers = JoinSet::new();
        for (index, conversation) in conversations.iter().enumerate() {
            let (all, each) = (messages as usize, conversations.len());
            let writer = Writer {
                rest: rest.clone(),
                conversation: conversation.clone(),
                handset: handset(index),
                count: (all + each - 1 - index) / each,
                seed,
                at_once: at_once.clone(),
            };
            writers.spawn(writer.write());
        }
        Ok(Self { conversations, writers })
    }

    /// Waits until everything is said.
    pub(super) async fn finish(mut self, patience: Duration) -> Result<Sent> {
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
    pub(super) async fn read_back(&self, rest: &Rest) -> Result<Vec<StoredMessage>> {
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
    seed: u64,
    at_once: Arc<Semaphore>,
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
            let client_id = format!("texts-{}-{}-{number}", self.seed, self.handset);
            let body = format!("Text {number} to {} of run {}", self.handset, self.seed);
            let _turn = self.at_once.acquire().await?;
            let message = json!({ "body": body, "client_id": client_id });
            let deadline = Instant::now() + SEND_PATIENCE;
            let taken: Taken = until_answered(deadline, || self.rest.post(&path, &message))
                .await
                .with_context(|| format!("the hub did not take {client_id}"))?;
            texts.push(Text { id: taken.id, number, body });
        }
        Ok(texts)
    }
}
