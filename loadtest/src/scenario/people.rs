//! Customers and agents: conversations to write into, users who sign in, and sending a message.

use std::time::Duration;

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::target::Target;
use crate::client::{ClientError, Connection, Rest, SignedIn};
use crate::report::bar;

/// Visits at a time.
const VISITS: usize = 8;
/// Visits that were refused because there were too many are tried again this often.
const VISIT_TRIES: usize = 30;

/// `message.send`.
#[derive(Debug, Serialize)]
pub(super) struct SendMessage<'a> {
    pub(super) conversation_id: &'a str,
    pub(super) body: &'a str,
    pub(super) client_id: &'a str,
}

/// The answer to `message.send`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Sent {
    pub(super) message: SentMessage,
    pub(super) seq: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct SentMessage {
    pub(super) id: String,
    pub(super) client_id: Option<String>,
}

/// Opens as many web chat conversations, each by a visitor of its own.
pub(super) async fn open_conversations(target: &Target, count: usize) -> Result<Vec<String>> {
    visits(&target.public_rest()?, &target.webchat_key, count).await
}

/// The same with the tenant of this key.
pub(super) async fn visits(rest: &Rest, key: &str, count: usize) -> Result<Vec<String>> {
    let progress = bar("visitors", count as u64);
    let progress = &progress;
    stream::iter(0..count)
        .map(|number| async move {
            let conversation = visit(rest, key, number).await?;
            progress.step();
            Ok(conversation)
        })
        .buffered(VISITS)
        .try_collect()
        .await
}

async fn visit(rest: &Rest, key: &str, number: usize) -> Result<String> {
    let name = format!("Visitor {number}");
    let mut tries = 0;
    loop {
        tries += 1;
        match rest.visit(key, &name).await {
            Ok(visitor) => return Ok(visitor.conversation_id),
            Err(ClientError::Refused { code, details, .. })
                if code == "RATE_LIMITED" && tries < VISIT_TRIES =>
            {
                let wait = details.get("retry_after_ms").and_then(Value::as_u64).unwrap_or(1000);
                sleep(Duration::from_millis(wait)).await;
            }
            Err(error) => return Err(error).with_context(|| format!("visitor {number} got no conversation")),
        }
    }
}

#[derive(Deserialize)]
struct Invited {
    id: String,
    invite_url: String,
}

/// A new user who has signed in, such as `{"role": "agent", "boards": []}`: the id, and a token.
pub(super) async fn user(target: &Target, name: &str, mut as_what: Value) -> Result<(String, String)> {
    as_what["email"] = json!(format!("{name}@example.com"));
    as_what["name"] = json!(name);
    let invited: Invited = target.rest()?.post("/api/users", &as_what).await?;
    let (_, code) = invited.invite_url.split_once('#').context("an invitation without a code")?;
    let signed_in: SignedIn =
        target.public_rest()?.post("/api/auth/exchange", &json!({ "code": code })).await?;
    Ok((invited.id, signed_in.access_token))
}

/// Sends one message and checks that the answer is about it.
pub(super) async fn send(connection: &Connection, message: &SendMessage<'_>) -> Result<Sent, ClientError> {
    let sent: Sent = connection.request("message.send", message).await?;
    confirm(message, &sent)?;
    Ok(sent)
}

pub(super) fn confirm(message: &SendMessage<'_>, sent: &Sent) -> Result<(), ClientError> {
    if sent.message.client_id.as_deref() == Some(message.client_id) && sent.seq > 0 {
        return Ok(());
    }
    Err(ClientError::Wrong(format!("asked for {}, answered with {sent:?}", message.client_id)))
}

/// As many connections as the owner, none subscribed to anything.
pub(super) async fn connect(target: &Target, count: usize) -> Result<Vec<Connection>> {
    let mut connections = Vec::with_capacity(count);
    for number in 0..count {
        let (connection, _events) = Connection::open(&target.endpoint(), None)
            .await
            .with_context(|| format!("connection {number} of {count}"))?;
        connections.push(connection);
    }
    Ok(connections)
}
