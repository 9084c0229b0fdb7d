//! What is said, changed and taken back, and who may.

use entities::user::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::house::{House, over_both};

#[tokio::test]
async fn a_message_is_answered_and_told_with_the_same_seq() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
    let mut agent = house.client(&tenant.token(tenant.user(Role::Agent, None).await)).await;
    let params = json!({"conversation_id": conversation, "body": "hello", "client_id": "c-1"});
    let sent = agent.call("message.send", params).await;
    let event = listener.event().await;
    assert_eq!((&event["seq"], &event["client_id"]), (&sent["seq"], &json!("c-1")));
    assert_eq!(event["data"]["message"], sent["message"]);
    assert_eq!(sent["message"]["author"]["name"], "Grace");
    assert_eq!(sent["message"]["direction"], "outbound");
    assert_eq!(event["data"]["conversation"]["last_message"]["body"], "hello");
    house.close().await;
}

#[tokio::test]
async fn who_wrote_it_can_change_it_and_take_it_back() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let mut agent = house.client(&tenant.token(tenant.user(Role::Agent, None).await)).await;
        let params = json!({"conversation_id": conversation, "body": "helo"});
        let id = agent.call("message.send", params).await["message"]["id"].take();
        let edited = agent.call("message.edit", json!({"message_id": id, "body": "hello", "rev": 1})).await;
        assert_eq!((&edited["message"]["body"], &edited["message"]["rev"]), (&json!("hello"), &json!(2)));
        let (code, details) =
            agent.refusal("message.edit", json!({"message_id": id, "body": "late", "rev": 1})).await;
        assert_eq!((code.as_str(), &details["rev"]), ("REV_MISMATCH", &json!(2)));
        let deleted = agent.call("message.delete", json!({"message_id": id})).await;
        assert_eq!(deleted["message"]["body"], "");
        assert_eq!(agent.refusal("message.delete", json!({"message_id": id})).await.0, "NOT_FOUND");
        let told: Vec<Value> =
            listener.all("event").await.iter().map(|event| event["type"].clone()).collect();
        assert_eq!(told, ["message.created", "message.edited", "message.deleted"]);
    })
    .await;
}

#[tokio::test]
async fn the_thread_keeps_the_seq_of_a_message_when_it_is_edited() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
    let sent = client.call("message.send", json!({"conversation_id": conversation, "body": "a"})).await;
    let id = &sent["message"]["id"];
    let edited = client.call("message.edit", json!({"message_id": id, "body": "b"})).await;
    assert_eq!(edited["message"]["seq"], sent["seq"]);
    assert_ne!(edited["seq"], sent["seq"]);
    let told = client.all("event").await;
    assert_eq!(told[1]["data"]["message"]["seq"], sent["seq"]);
    house.close().await;
}

#[tokio::test]
async fn only_its_author_edits_a_message_and_managers_delete_any() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut owner = house.client(&tenant.owners_token()).await;
    let sent = owner.call("message.send", json!({"conversation_id": conversation, "body": "mine"})).await;
    let id = &sent["message"]["id"];
    let mut agent = house.client(&tenant.token(tenant.user(Role::Agent, None).await)).await;
    let mut manager = house.client(&tenant.token(tenant.user(Role::Manager, None).await)).await;
    for client in [&mut agent, &mut manager] {
        let edit = json!({"message_id": id, "body": "yours"});
        assert_eq!(client.refusal("message.edit", edit).await.0, "FORBIDDEN");
    }
    assert_eq!(agent.refusal("message.delete", json!({"message_id": id})).await.0, "FORBIDDEN");
    manager.call("message.delete", json!({"message_id": id})).await;
    house.close().await;
}

#[tokio::test]
async fn a_conversation_is_assigned_and_resolved_and_a_message_opens_it_again() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await.id;
        let agent = tenant.user(Role::Agent, None).await;
        let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let assign = json!({"conversation_id": conversation, "assignee_id": agent});
        let assigned = client.call("conversation.assign", assign).await;
        assert_eq!(assigned["conversation"]["assignee_id"], agent.to_string());
        let resolve = json!({"conversation_id": conversation, "status": "resolved"});
        let resolved = client.call("conversation.set_status", resolve).await;
        assert_eq!(resolved["conversation"]["status"], "resolved");
        client.call("message.send", json!({"conversation_id": conversation, "body": "wait"})).await;
        let told = client.all("event").await;
        let kinds: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        let expected = [
            "conversation.assigned",
            "conversation.status_changed",
            "conversation.status_changed",
            "message.created",
        ];
        assert_eq!(kinds, expected);
        assert_eq!(told[2]["data"]["conversation"]["status"], "open");
        let stranger = json!({"conversation_id": conversation, "assignee_id": Uuid::now_v7()});
        assert_eq!(client.refusal("conversation.assign", stranger).await.0, "INVALID");
        let snoozed = json!({"conversation_id": conversation, "status": "snoozed"});
        assert_eq!(client.refusal("conversation.set_status", snoozed).await.0, "INVALID");
    })
    .await;
}

#[tokio::test]
async fn who_only_looks_changes_nothing() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let started = tenant.conversation().await;
    let conversation = started.id;
    let mut owner = house.client(&tenant.owners_token()).await;
    let sent = owner.call("message.send", json!({"conversation_id": conversation, "body": "mine"})).await;
    let message = &sent["message"]["id"];
    let mut client = house.listener(&tenant.token(tenant.user(Role::ReadOnly, None).await), &["inbox"]).await;
    let refused = [
        ("message.send", json!({"conversation_id": conversation, "body": "a"})),
        ("message.edit", json!({"message_id": message, "body": "a"})),
        ("message.delete", json!({"message_id": message})),
        ("conversation.assign", json!({"conversation_id": conversation, "assignee_id": null})),
        ("conversation.set_status", json!({"conversation_id": conversation, "status": "pending"})),
        ("conversation.label", json!({"conversation_id": conversation, "add": ["VIP"]})),
        ("conversation.set_priority", json!({"conversation_id": conversation, "priority": "high"})),
        ("conversation.take_over", json!({"conversation_id": conversation})),
        ("conversation.hand_back", json!({"conversation_id": conversation})),
        ("conversation.participants", json!({"conversation_id": conversation, "add": [tenant.owner]})),
        ("conversation.start", json!({"channel_id": tenant.webchat, "contact_id": started.contact.id})),
        ("typing.start", json!({"conversation_id": conversation})),
    ];
    for (method, params) in refused {
        assert_eq!(client.refusal(method, params).await.0, "FORBIDDEN", "{method}");
    }
    assert_eq!(client.all("event").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn what_an_agent_cannot_see_he_cannot_change() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let [own, foreign] = [tenant.board("Own").await, tenant.board("Foreign").await];
    let conversation = tenant.conversation_on(Some(foreign)).await.id;
    let mut owner = house.client(&tenant.owners_token()).await;
    let sent = owner.call("message.send", json!({"conversation_id": conversation, "body": "mine"})).await;
    let message = &sent["message"]["id"];
    let mut agent = house.client(&tenant.token(tenant.user(Role::Manager, Some(vec![own])).await)).await;
    let refused = [
        ("message.send", json!({"conversation_id": conversation, "body": "a"})),
        ("message.edit", json!({"message_id": message, "body": "a"})),
        ("message.delete", json!({"message_id": message})),
        ("conversation.assign", json!({"conversation_id": conversation, "assignee_id": null})),
        ("conversation.set_status", json!({"conversation_id": conversation, "status": "pending"})),
        ("conversation.label", json!({"conversation_id": conversation, "add": ["VIP"]})),
        ("conversation.set_priority", json!({"conversation_id": conversation, "priority": "high"})),
        ("conversation.take_over", json!({"conversation_id": conversation})),
        ("conversation.hand_back", json!({"conversation_id": conversation})),
        ("conversation.participants", json!({"conversation_id": conversation, "add": [tenant.owner]})),
        ("typing.start", json!({"conversation_id": conversation})),
        ("history", json!({"topic": format!("conversation:{conversation}")})),
    ];
    for (method, params) in refused {
        assert_eq!(agent.refusal(method, params).await.0, "NOT_FOUND", "{method}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_conversation_is_started_with_a_contact_or_found() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let contact = tenant.contact().await;
        let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let start = json!({"channel_id": tenant.webchat, "contact_id": contact.id, "body": "hello"});
        let first = client.call("conversation.start", start.clone()).await;
        assert_eq!(first["conversation"]["contact"]["id"], contact.id.to_string());
        assert_eq!(first["message"]["body"], "hello");
        let told = client.all("event").await;
        assert_eq!(told[0]["type"], "conversation.created");
        assert_eq!(told[1]["data"]["message"], first["message"]);
        let second = client.call("conversation.start", start).await;
        assert_eq!(second["conversation"]["id"], first["conversation"]["id"]);
        assert_ne!(second["message"]["id"], first["message"]["id"]);
        let nobody = json!({"channel_id": tenant.webchat, "contact_id": Uuid::now_v7()});
        assert_eq!(client.refusal("conversation.start", nobody).await.0, "NOT_FOUND");
    })
    .await;
}
