//! Texts of ours the provider has and says nothing about, so that somebody else can.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::sources::STEPS;
use crate::client::Rest;
use crate::provider::twilio::{Accepted, Simulator};
use crate::scenario::phone_line::{PhoneLine, handset};

/// How long the hub may take to send them.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Requests under way at a time.
const AT_ONCE: usize = 32;

/// Texts on their way, and the conversations they stand in.
pub(super) struct Outbound {
    conversations: Vec<String>,
    pub(super) accepted: Vec<Accepted>,
}

impl Outbound {
    /// Has the hub send one text each to so many handsets, the first of them `from`.
    pub(super) async fn send(
        rest: &Rest,
        line: &PhoneLine,
        simulator: &Simulator,
        (from, count): (usize, usize),
    ) -> Result<Self> {
        let conversations = stream::iter(from..from + count)
            .map(|index| async move {
                let conversation = line.open(rest, &handset(index)).await?;
                let path = format!("/api/conversations/{conversation}/messages");
                let _: Value =
                    rest.post(&path, &json!({ "body": format!("Text to handset {index}") })).await?;
                anyhow::Ok(conversation)
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await
            .context("cannot send texts")?;
        let deadline = Instant::now() + PATIENCE;
        while simulator.count() < count {
            ensure!(Instant::now() < deadline, "the hub sent {} of {count} texts", simulator.count());
            sleep(LOOK_EVERY).await;
        }
        Ok(Self { conversations, accepted: simulator.accepted() })
    }

    /// How many of those whose last step was taken do not show it.
    pub(super) async fn not_delivered(&self, rest: &Rest, taken: &[u64]) -> Result<usize> {
        let mut bodies = Vec::new();
        for conversation in &self.conversations {
            let messages = rest.messages(conversation).await?;
            bodies.extend(messages.into_iter().filter(|it| it.status == "delivered").map(|it| it.body));
        }
        let last = taken.iter().map(|&number| number as usize).filter(|number| number % STEPS == STEPS - 1);
        let told = last.map(|number| &self.accepted[number / STEPS].body);
        Ok(told.filter(|body| !bodies.contains(body)).count())
    }
}
