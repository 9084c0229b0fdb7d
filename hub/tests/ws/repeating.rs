//! A request under a `client_id` takes effect once, however often it arrives.

use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    client::Client,
    house::{House, over_both},
};

#[tokio::test]
async fn the_same_request_again_is_the_same_answer_and_happens_once() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let send = json!({"conversation_id": conversation, "body": "hello", "client_id": "c"});
        let first = client.call("message.send", send.clone()).await;
        assert_eq!(client.call("message.send", send.clone()).await, first);
        let mut again = house.client(&tenant.owners_token()).await;
        assert_eq!(again.call("message.send", send).await, first, "also after a reconnect");
        let other = json!({"conversation_id": conversation, "body": "goodbye", "client_id": "c"});
        assert_eq!(client.refusal("message.send", other).await.0, "IDEMPOTENCY_MISMATCH");
        let elsewhere = tenant.conversation().await.id;
        let other = json!({"conversation_id": elsewhere, "body": "hello", "client_id": "c"});
        assert_eq!(client.refusal("message.send", other).await.0, "IDEMPOTENCY_MISMATCH");
        let said = client.all("event").await;
        let said = said.iter().filter(|event| event["type"] == "message.created");
        assert_eq!(said.count(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_same_client_id_of_another_sender_is_another_request() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let user = tenant.user(entities::user::Role::Agent, None).await;
    let send = json!({"conversation_id": conversation, "body": "hello", "client_id": "c"});
    let first = house.client(&tenant.owners_token()).await.call("message.send", send.clone()).await;
    let second = house.client(&tenant.token(user)).await.call("message.send", send).await;
    assert_ne!(first["message"]["id"], second["message"]["id"]);
    house.close().await;
}

#[tokio::test]
async fn many_sockets_that_say_the_same_at_once_say_it_once() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let send = json!({"conversation_id": conversation, "body": "hello", "client_id": "c"});
        let mut clients: Vec<Client> =
            join_all((0..8).map(async |_| house.client(&tenant.owners_token()).await)).await;
        let calls = clients.iter_mut().map(|client| client.call("message.send", send.clone()));
        let answers: Vec<Value> = join_all(calls).await;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        assert_eq!(listener.all("event").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn every_method_that_changes_something_can_be_repeated() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let contact = tenant.contact().await;
        let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let send = json!({"conversation_id": conversation, "body": "hello"});
        let message = client.call("message.send", send).await["message"]["id"].take();
        client.all("event").await;
        let requests = [
            ("message.edit", json!({"message_id": message, "body": "b", "rev": 1, "client_id": "1"}), 1),
            ("message.delete", json!({"message_id": message, "client_id": "2"}), 1),
            ("conversation.assign", json!({"conversation_id": conversation, "assignee_id": null, "client_id": "3"}), 1),
            ("conversation.set_status", json!({"conversation_id": conversation, "status": "resolved", "client_id": "4"}), 1),
            ("conversation.start", json!({"channel_id": tenant.webchat, "contact_id": contact.id, "body": "a", "client_id": "5"}), 2),
        ];
        for (method, params, events) in requests {
            let first = client.call(method, params.clone()).await;
            assert_eq!(client.call(method, params).await, first, "{method}");
            assert_eq!(client.all("event").await.len(), events, "{method}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_start_without_a_message_can_be_repeated() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let contact = tenant.contact().await;
    let mut client = house.client(&tenant.owners_token()).await;
    let start = json!({"channel_id": tenant.webchat, "contact_id": contact.id, "client_id": "c"});
    let first = client.call("conversation.start", start.clone()).await;
    assert_eq!(client.call("conversation.start", start).await, first);
    let other = tenant.contact().await;
    let start = json!({"channel_id": tenant.webchat, "contact_id": other.id, "client_id": "c"});
    assert_eq!(client.refusal("conversation.start", start).await.0, "IDEMPOTENCY_MISMATCH");
    house.close().await;
}
