//! Conversations that go on at an even pace, whatever becomes of the lines of those who listen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep_until};

use crate::client::{Backoff, Endpoint, Session};
use crate::scenario::people::{SendMessage, Sent, confirm};

/// A message that is not acknowledged for this long, over all repeats, has failed.
const PATIENCE: Duration = Duration::from_secs(90);

pub(super) struct Talk {
    stopping: Arc<AtomicBool>,
    loops: JoinSet<Result<(usize, Vec<u64>)>>,
    listening: JoinHandle<()>,
}

impl Talk {
    /// One message after the other in each conversation, so many a second in all.
    pub(super) fn start(endpoint: Endpoint, conversations: &[String], per_s: f64) -> Self {
        let (session, mut news) = Session::start(endpoint, Vec::new(), Backoff::default());
        let listening = tokio::spawn(async move { while news.recv().await.is_some() {} });
        let stopping: Arc<AtomicBool> = Arc::default();
        let mut loops = JoinSet::new();
        let every = Duration::from_secs_f64(conversations.len() as f64 / per_s);
        for (number, conversation) in conversations.iter().enumerate() {
            let speaker = Speaker {
                session: session.clone(),
                conversation: conversation.clone(),
                begin: Instant::now() + every.mul_f64(number as f64 / conversations.len() as f64),
                every,
                stopping: Arc::clone(&stopping),
            };
            loops.spawn(async move { Ok((number, speaker.speak().await?)) });
        }
        Self { stopping, loops, listening }
    }

    /// The `seq` of every message, by conversation, in the order they were said.
    pub(super) async fn finish(mut self) -> Result<Vec<Vec<u64>>> {
        self.stopping.store(true, Ordering::SeqCst);
        let mut said = vec![Vec::new(); self.loops.len()];
        while let Some(ended) = self.loops.join_next().await {
            let (number, of_one) = ended.context("a speaker panicked")??;
            said[number] = of_one;
        }
        self.listening.abort();
        Ok(said)
    }
}

struct Speaker {
    session: Session,
    conversation: String,
    begin: Instant,
    every: Duration,
    stopping: Arc<AtomicBool>,
}

impl Speaker {
    async fn speak(self) -> Result<Vec<u64>> {
        let (mut said, mut due) = (Vec::new(), self.begin);
        loop {
            sleep_until(due).await;
            if self.stopping.load(Ordering::SeqCst) {
                return Ok(said);
            }
            let client_id = format!("{}-{}", self.conversation, said.len());
            let body = "said while nobody was there, and heard by everybody in the end";
            let message = SendMessage { conversation_id: &self.conversation, body, client_id: &client_id };
            let deadline = Instant::now() + PATIENCE;
            let sent: Sent = self.session.request_until_answered("message.send", &message, deadline).await?;
            confirm(&message, &sent)?;
            said.push(sent.seq);
            due = (due + self.every).max(Instant::now());
        }
    }
}
