//! Messages sent more than once, listeners that are cut: everybody ends with the same messages, each once.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::checks::Group;
use super::ground::{Ground, text};
use crate::client::{Connection, Cursor, Endpoint, Events, Incoming};

const CONVERSATIONS: usize = 6;
const SENDERS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(30);

/// Messages by seq, as somebody came to know them.
type Known = BTreeMap<u64, String>;

pub(super) async fn check(ground: &Ground, group: &mut Group, seed: u64, messages: usize) -> Result<()> {
    let mut random = StdRng::seed_from_u64(seed);
    let conversations = conversations(ground).await?;
    let endpoint = Endpoint::new(&ground.ws, &ground.token);
    let (steady, steady_events) = listen(&endpoint, None).await?;
    let from = steady.cursor().context("no cursor after subscribe")?.seq;
    let steady = tokio::spawn(hear_all(steady, steady_events, messages));
    // Both listen before anything is said.
    let open = listen(&endpoint, None).await?;
    let cut = tokio::spawn(hear_with_cuts(endpoint.clone(), open, messages, random.random()));
    let sent = send_all(&endpoint, &conversations, messages, &mut random).await?;
    group.same("messages acknowledged", sent.len(), messages);
    let dense: HashSet<&u64> = sent.keys().collect();
    group.same("each by a seq of its own", dense.len(), messages);
    group.holds("above the cursor", sent.keys().all(|seq| *seq > from), from);
    let (heard, in_order) = steady.await??;
    group.holds("heard in the order of seq", in_order, "another order");
    group.same("a listener that stayed heard exactly them", &heard, &sent);
    let (heard, once) = cut.await??;
    group.holds("a listener that was cut heard each once", once, "one twice, or out of order");
    group.same("a listener that was cut heard exactly them", &heard, &sent);
    group.same("and so it is stored", &stored(ground, &conversations).await?, &sent);
    group.same("and in the log", &logged(ground, from).await?, &sent);
    Ok(())
}

async fn conversations(ground: &Ground) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for _ in 0..CONVERSATIONS {
        let path = format!("/api/webchat/{}/sessions", ground.webchat_key);
        let visit = ground.rest(None, (Method::POST, &path), Some(&json!({}))).await?;
        all.push(text(&visit.body, "conversation_id")?);
    }
    Ok(all)
}

async fn listen(endpoint: &Endpoint, since: Option<Cursor>) -> Result<(Connection, Events)> {
    let (connection, events) = Connection::open(endpoint, since.clone()).await?;
    let subscribed = connection.subscribe(&["inbox".to_owned()], since.as_ref()).await?;
    ensure!(subscribed.recovered == since.map(|_| true), "not recovered: {subscribed:?}");
    Ok((connection, events))
}

/// Every request up to three times, over several sockets, in any order.
async fn send_all(
    endpoint: &Endpoint,
    conversations: &[String],
    messages: usize,
    random: &mut StdRng,
) -> Result<Known> {
    let mut requests = Vec::new();
    for number in 0..messages {
        let conversation = &conversations[random.random_range(0..conversations.len())];
        let body = format!("message {number}");
        let request = json!({ "conversation_id": conversation, "body": body, "client_id": Uuid::now_v7() });
        requests.extend(vec![request; random.random_range(1..=3)]);
    }
    requests.shuffle(random);
    let mut senders = Vec::new();
    for part in requests.chunks(requests.len().div_ceil(SENDERS)) {
        let (connection, _events) = Connection::open(endpoint, None).await?;
        senders.push(tokio::spawn(send_part(connection, part.to_vec())));
    }
    let mut known = Known::new();
    for sender in senders {
        for (seq, body) in sender.await?? {
            let before = known.insert(seq, body.clone());
            ensure!(before.is_none_or(|before| before == body), "seq {seq} was given to two messages");
        }
    }
    Ok(known)
}

async fn send_part(connection: Connection, requests: Vec<Value>) -> Result<Vec<(u64, String)>> {
    let mut sent = Vec::new();
    for request in requests {
        let answer: Value = connection.request("message.send", &request).await?;
        let seq = answer["seq"].as_u64().context("an answer without seq")?;
        sent.push((seq, text(&answer["message"], "body")?));
    }
    Ok(sent)
}

async fn hear_all(_open: Connection, mut events: Events, messages: usize) -> Result<(Known, bool)> {
    let (mut known, mut in_order, deadline) = (Known::new(), true, Instant::now() + PATIENCE);
    while known.len() < messages {
        let Some((seq, body)) = next_message(&mut events, deadline).await? else { break };
        in_order &= known.last_key_value().is_none_or(|(last, _)| *last < seq);
        known.insert(seq, body);
    }
    Ok((known, in_order))
}

/// Lets go after some messages and resumes from the cursor, again and again.
async fn hear_with_cuts(
    endpoint: Endpoint,
    (mut connection, mut events): (Connection, Events),
    messages: usize,
    seed: u64,
) -> Result<(Known, bool)> {
    let mut random = StdRng::seed_from_u64(seed);
    let (mut known, mut once, deadline) = (Known::new(), true, Instant::now() + PATIENCE);
    while known.len() < messages {
        for _ in 0..random.random_range(1..40) {
            let Some((seq, body)) = next_message(&mut events, deadline).await? else { break };
            once &= known.last_key_value().is_none_or(|(last, _)| *last < seq);
            known.insert(seq, body);
            if known.len() == messages {
                break;
            }
        }
        let cursor = connection.cursor().context("no cursor to resume from")?;
        // What the driver has read but we have not looked at is behind the cursor already: look at it first.
        connection.close().await;
        while let Some((seq, body)) = next_message(&mut events, deadline).await? {
            once &= known.last_key_value().is_none_or(|(last, _)| *last < seq);
            known.insert(seq, body);
        }
        let cursor = connection.cursor().unwrap_or(cursor);
        (connection, events) = listen(&endpoint, Some(cursor)).await?;
    }
    Ok((known, once))
}

/// The next message somebody sent; `None` when the connection ended.
async fn next_message(events: &mut Events, deadline: Instant) -> Result<Option<(u64, String)>> {
    loop {
        let next = timeout_at(deadline, events.next()).await.context("messages did not come in time")?;
        match next {
            Some(Incoming::Event(event)) if event.kind == "message.created" => {
                let message: Value = event.noun("message").map_err(anyhow::Error::msg)?;
                return Ok(Some((event.seq, text(&message, "body")?)));
            }
            Some(Incoming::Closed(_)) | None => return Ok(None),
            Some(_) => {}
        }
    }
}

async fn stored(ground: &Ground, conversations: &[String]) -> Result<Known> {
    let mut known = Known::new();
    for conversation in conversations {
        let mut before = String::new();
        loop {
            let path = format!("/api/conversations/{conversation}/messages?limit=100{before}");
            let page = ground.rest(Some(&ground.token), (Method::GET, &path), None).await?;
            for message in page.body["data"].as_array().context("a list without data")? {
                let seq = message["seq"].as_u64().context("a message without seq")?;
                known.insert(seq, text(message, "body")?);
            }
            let Some(next) = page.body["next_cursor"].as_str() else { break };
            before = format!("&before={next}");
        }
    }
    Ok(known)
}

async fn logged(ground: &Ground, mut since: u64) -> Result<Known> {
    let mut known = Known::new();
    loop {
        let path = format!("/api/events?since={since}&type=message.created&limit=200");
        let page = ground.rest(Some(&ground.token), (Method::GET, &path), None).await?;
        for event in page.body["data"].as_array().context("a list without data")? {
            let seq = event["seq"].as_u64().context("an event without seq")?;
            known.insert(seq, text(&event["data"]["message"], "body")?);
        }
        since = page.body["last_seq"].as_u64().context("no last_seq")?;
        if page.body["more"] != json!(true) {
            return Ok(known);
        }
    }
}
