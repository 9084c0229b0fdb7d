//! The same request twice: one effect, one answer.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::checks::Group;
use super::ground::{Answer, Ground, answer};

pub(super) async fn check(ground: &Ground, group: &mut Group) -> Result<()> {
    by_client_id(ground, group).await?;
    by_key(ground, group).await?;
    at_once(ground, group).await
}

async fn by_client_id(ground: &Ground, group: &mut Group) -> Result<()> {
    let (mut one, mut other) = (ground.enter().await?, ground.enter().await?);
    let client_id = Uuid::now_v7().to_string();
    let params = |body: &str| json!({ "conversation_id": ground.conversation_id, "body": body, "client_id": client_id });
    let first = one.ask("message.send", &params("once")).await;
    group.same("the first", first.code(), "ok".to_owned());
    for socket in [&mut one, &mut other] {
        let again = socket.ask("message.send", &params("once")).await;
        group.same("the same again", again.result(), first.result());
    }
    let another = other.ask("message.send", &params("twice")).await;
    group.same("another body", another.code(), "IDEMPOTENCY_MISMATCH".to_owned());
    let method = other
        .ask(
            "conversation.set_status",
            &json!({ "conversation_id": ground.conversation_id, "status": "open", "client_id": client_id }),
        )
        .await;
    group.same("another method", method.code(), "IDEMPOTENCY_MISMATCH".to_owned());
    let refused = Uuid::now_v7().to_string();
    let bad = json!({ "conversation_id": Uuid::now_v7(), "body": "x", "client_id": refused });
    let good = json!({ "conversation_id": ground.conversation_id, "body": "x", "client_id": refused });
    group.same("a refusal", one.ask("message.send", &bad).await.code(), "NOT_FOUND".to_owned());
    group.same("is not remembered", one.ask("message.send", &good).await.code(), "ok".to_owned());
    Ok(())
}

async fn by_key(ground: &Ground, group: &mut Group) -> Result<()> {
    let path = format!("/api/conversations/{}/messages", ground.conversation_id);
    let key = Uuid::now_v7().to_string();
    let post = async |header: &str, body: Value| -> Result<Answer> {
        answer(ground.request(Method::POST, &path).header(header, &key).json(&body)).await
    };
    let first = post("idempotency-key", json!({ "body": "by key" })).await?;
    group.same("the first", first.status, 201);
    let again = post("x-idempotency-key", json!({ "body": "by key" })).await?;
    group.same("the same again", (again.status, &again.body), (201, &first.body));
    let another = post("idempotency-key", json!({ "body": "another" })).await?;
    group.same("another body", (another.status, another.code()), (409, "IDEMPOTENCY_MISMATCH"));
    let long = ground.request(Method::POST, &path).header("idempotency-key", "k".repeat(256));
    let long = answer(long.json(&json!({ "body": "x" }))).await?;
    group.same("a key that is too long", long.status, 422);
    Ok(())
}

/// Ten at the same moment are one.
async fn at_once(ground: &Ground, group: &mut Group) -> Result<()> {
    let params =
        json!({ "conversation_id": ground.conversation_id, "body": "at once", "client_id": Uuid::now_v7() });
    let mut asked = Vec::new();
    for _ in 0..10 {
        let (mut socket, params) = (ground.enter().await?, params.clone());
        asked.push(tokio::spawn(async move { socket.ask("message.send", &params).await }));
    }
    let mut ids = Vec::new();
    for answer in asked {
        ids.push(answer.await?.result()["message"]["id"].clone());
    }
    ids.dedup();
    group.holds("ten at once are one message", ids.len() == 1 && ids[0].is_string(), &ids);
    Ok(())
}
