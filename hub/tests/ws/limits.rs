//! How much a socket may ask for, and in which order it is done.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    client::Received,
    house::{House, over_both},
};

#[tokio::test]
async fn requests_about_one_conversation_take_effect_in_the_order_sent() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversations = [tenant.conversation().await.id, tenant.conversation().await.id];
        let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let mut asked = Vec::new();
        for index in 0..30 {
            for conversation in conversations {
                let params = json!({"conversation_id": conversation, "body": index.to_string()});
                asked.push(client.ask("message.send", params).await);
            }
        }
        for id in asked {
            client.answer(id).await.unwrap();
        }
        let heard = client.all("event").await;
        for conversation in conversations {
            let topic = format!("conversation:{conversation}");
            let said = heard.iter().filter(|event| event["topic"] == topic);
            let said: Vec<&str> = said.map(|it| it["data"]["message"]["body"].as_str().unwrap()).collect();
            let sent: Vec<String> = (0..30).map(|index| index.to_string()).collect();
            assert_eq!(said, sent);
        }
    })
    .await;
}

#[tokio::test]
async fn an_edit_that_follows_a_message_at_once_finds_it_and_a_status_waits_for_both() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
    let sent = client.call("message.send", json!({"conversation_id": conversation, "body": "0"})).await;
    let mut asked = Vec::new();
    for index in 1..20 {
        let edit = json!({"message_id": sent["message"]["id"], "body": index.to_string(), "rev": index});
        asked.push(client.ask("message.edit", edit).await);
        let say = json!({"conversation_id": conversation, "body": "more"});
        asked.push(client.ask("message.send", say).await);
    }
    let resolve = json!({"conversation_id": conversation, "status": "resolved"});
    asked.push(client.ask("conversation.set_status", resolve).await);
    for id in asked {
        client.answer(id).await.unwrap();
    }
    assert_eq!(client.all("event").await.last().unwrap()["data"]["conversation"]["status"], "resolved");
    house.close().await;
}

#[tokio::test]
async fn only_so_many_requests_may_be_unanswered() {
    let house = House::with(&[("LIMITS__IN_FLIGHT", "8"), ("LIMITS__BURST", "1000")]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
    let send = json!({"conversation_id": conversation, "body": "a"});
    let mut asked = Vec::new();
    for _ in 0..200 {
        asked.push(client.ask("message.send", send.clone()).await);
    }
    let (mut done, mut refused) = (0, 0);
    for (index, id) in asked.into_iter().enumerate() {
        match client.answer(id).await {
            Ok(_) => done += 1,
            Err(error) => {
                assert!(index >= 8, "so many are always taken");
                assert_eq!(error["data"]["code"], "RATE_LIMITED");
                assert_eq!(error["data"]["retryable"], true);
                assert!(error["data"]["details"]["retry_after_ms"].is_u64());
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
    assert_eq!(client.all("event").await.len(), done, "what was refused did not happen");
    client.call("message.send", send).await;
    house.close().await;
}

#[tokio::test]
async fn too_many_requests_are_refused_and_going_on_for_ten_seconds_is_4029() {
    let house = House::with(&[("LIMITS__REQUESTS_PER_S", "5"), ("LIMITS__BURST", "10")]).await;
    let tenant = house.tenant().await;
    let mut client = house.client(&tenant.owners_token()).await;
    let mut pace = tokio::time::interval(Duration::from_millis(50));
    let (mut answered, mut refused) = (0, 0);
    let closed = loop {
        pace.tick().await;
        // What is no request counts as well.
        client.send_text(if (answered + refused) % 2 == 0 { "[]" } else { PING }).await;
        match client.receive().await {
            Received::Frame(frame) if frame["error"]["data"]["code"] == "RATE_LIMITED" => {
                assert!(frame["error"]["data"]["details"]["retry_after_ms"].as_u64().unwrap() <= 200);
                refused += 1;
            }
            Received::Frame(_) => answered += 1,
            Received::Closed(code, reason) => break (code, reason),
        }
    };
    assert_eq!(closed, (4029, "rate_limited;retry_after_s=2".to_owned()));
    assert!(answered >= 10 && refused > answered, "{answered} answered, {refused} refused");
    house.close().await;
}

#[tokio::test]
async fn an_address_that_knocks_too_often_is_told_so_in_a_way_it_can_read() {
    let house = House::with(&[("LIMITS__ADDRESS_HANDSHAKES_PER_S", "1")]).await;
    let token = house.tenant().await.owners_token();
    let (header, offer) = (format!("Bearer {token}"), format!("switchboard.v1, bearer.{token}"));
    // So many at once that a slow machine refills nothing that matters.
    let offering = [("sec-websocket-protocol", offer.as_str())];
    let knocks = (0..10).map(|_| house.knock(&offering));
    let mut closed = Vec::new();
    for knock in futures::future::join_all(knocks).await {
        let (mut client, _) = knock.unwrap();
        if let Received::Closed(code, reason) = client.receive().await {
            closed.push((code, reason));
        }
    }
    assert!((1..=8).contains(&closed.len()), "{closed:?}");
    for (code, reason) in closed {
        assert_eq!((code, reason.starts_with("rate_limited;retry_after_s=")), (4029, true), "{reason}");
    }
    let bearing = [("authorization", header.as_str())];
    let knocks = (0..10).map(|_| house.knock(&bearing));
    let refused = futures::future::join_all(knocks).await.into_iter().filter(Result::is_err).count();
    assert!(refused >= 7, "{refused}");
    house.close().await;
}

#[tokio::test]
async fn who_brings_wrong_tokens_again_and_again_is_limited() {
    let house = House::with(&[("LIMITS__FAILURES_PER_MINUTE", "2")]).await;
    let tenant = house.tenant().await;
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(house.refused(&[("authorization", "Bearer x")]).await.0);
    }
    assert_eq!(told, [401, 401, 429]);
    let (client, _) = house.knock(&[("sec-websocket-protocol", "switchboard.v1, bearer.x")]).await.unwrap();
    assert_eq!(client.closed().await.0, 4029);
    house.client(&tenant.owners_token()).await;
    house.close().await;
}

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[tokio::test]
async fn one_session_too_many_replaces_the_oldest() {
    let house = House::with(&[("LIMITS__SESSIONS_PER_USER", "2")]).await;
    let tenant = house.tenant().await;
    let mut other = house.client(&tenant.token(tenant.user(entities::user::Role::Agent, None).await)).await;
    let oldest = house.client(&tenant.owners_token()).await;
    let mut kept = house.client(&tenant.owners_token()).await;
    let mut newest = house.client(&tenant.owners_token()).await;
    assert_eq!(oldest.closed().await, (4504, "replaced".to_owned()));
    for client in [&mut other, &mut kept, &mut newest] {
        let answer: Value = client.call("ping", json!({})).await;
        assert!(answer["at"].is_string());
    }
    house.close().await;
}
