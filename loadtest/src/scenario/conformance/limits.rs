//! Too many topics, sessions, frames: refused as documented, and the hub goes on.

use anyhow::Result;
use serde_json::json;
use uuid::Uuid;

use super::SETTINGS;
use super::checks::Group;
use super::ground::Ground;
use super::socket::Heard;

pub(super) async fn check(ground: &Ground, group: &mut Group) -> Result<()> {
    topics(ground, group).await?;
    in_and_out(ground, group).await?;
    if ground.neighbour.is_some() {
        // Only a hub that was started here has the limits that are expected here.
        frames(ground, group).await?;
        sessions(ground, group).await?;
    }
    Ok(())
}

fn setting(name: &str) -> usize {
    let found = SETTINGS.iter().find(|(setting, _)| setting.ends_with(name));
    found.and_then(|(_, value)| value.parse().ok()).unwrap_or_default()
}

async fn topics(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    let many: Vec<String> = (0..101).map(|_| format!("contact:{}", Uuid::now_v7())).collect();
    let refused = socket.ask("subscribe", &json!({ "topics": many })).await;
    group.same(
        "101 topics",
        (refused.code(), refused.fields()),
        ("INVALID".to_owned(), vec!["topics".to_owned()]),
    );
    let same = vec!["inbox"; 100];
    group.same(
        "one topic a hundred times",
        socket.ask("subscribe", &json!({ "topics": same })).await.code(),
        "ok".to_owned(),
    );
    let late = socket.ask("subscribe", &json!({ "topics": ["inbox"], "since": 1, "epoch": "x" })).await;
    group.same(
        "since in a later subscribe",
        (late.code(), late.fields()),
        ("INVALID".to_owned(), vec!["since".to_owned()]),
    );
    Ok(())
}

/// Subscribing and leaving in a loop changes nothing for what is sent then.
async fn in_and_out(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    let topic = json!({ "topics": [format!("conversation:{}", ground.conversation_id)] });
    for _ in 0..100 {
        group.same("subscribe", socket.ask("subscribe", &topic).await.code(), "ok".to_owned());
        group.same("unsubscribe", socket.ask("unsubscribe", &topic).await.code(), "ok".to_owned());
    }
    group.same("subscribe", socket.ask("subscribe", &topic).await.code(), "ok".to_owned());
    let mut other = ground.enter().await?;
    let said = json!({ "conversation_id": ground.conversation_id, "body": "still here?" });
    let seq = other.ask("message.send", &said).await.result()["seq"].clone();
    let mut seqs = Vec::new();
    socket.say(json!({ "jsonrpc": "2.0", "id": "end", "method": "ping" }).to_string()).await;
    while let Heard::Frame(frame) = socket.hear().await {
        if frame["id"] == "end" {
            break;
        }
        if frame["params"]["type"] == "message.created" {
            seqs.push(frame["params"]["seq"].clone());
        }
    }
    group.same("heard once", seqs, vec![seq]);
    Ok(())
}

/// One more than the burst, at once: some are refused, all are answered, and then it goes on.
async fn frames(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut socket = ground.enter().await?;
    let burst = setting("BURST") + 3 * setting("REQUESTS_PER_S");
    for number in 0..burst {
        socket.say(json!({ "jsonrpc": "2.0", "id": number, "method": "ping" }).to_string()).await;
    }
    let (mut answered, mut refused, mut without_wait) = (0, 0, 0);
    while answered < burst {
        let answer = socket.answer().await;
        match answer.code().as_str() {
            "ok" => {}
            "RATE_LIMITED" => refused += 1,
            other => {
                group.holds("a flood is answered", false, other);
                return Ok(());
            }
        }
        if let Heard::Frame(frame) = &answer
            && frame["error"].is_object()
            && frame["error"]["data"]["details"]["retry_after_ms"].as_u64().is_none()
        {
            without_wait += 1;
        }
        answered += 1;
    }
    group.holds("a flood is slowed down", refused > 0, refused);
    group.same("each refusal says how long to wait", without_wait, 0);
    let mut calm = ground.enter().await?;
    group.same("another session does not notice", calm.ask("ping", &json!({})).await.code(), "ok".to_owned());
    Ok(())
}

/// One session too many: the oldest goes, the others stay.
async fn sessions(ground: &Ground, group: &mut Group) -> Result<()> {
    let mut open = Vec::new();
    for _ in 0..=setting("SESSIONS_PER_USER") {
        open.push(ground.enter().await?);
    }
    let mut oldest = open.remove(0);
    group.same("the oldest session", oldest.end().await, Heard::Closed(4504));
    for socket in &mut open {
        group.same("a younger one", socket.ask("ping", &json!({})).await.code(), "ok".to_owned());
    }
    Ok(())
}
