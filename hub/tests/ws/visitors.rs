//! What a visitor of a web chat sees, and what he never does.

use actors::conversation::Conversation;
use serde_json::{Value, json};

use super::{
    client::Client,
    house::{House, over_both},
    tenant::Tenant,
};

async fn visitor(house: &House, tenant: &Tenant) -> (Conversation, Client) {
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let client = house.listener(&tenant.visitor(&conversation), &[&topic]).await;
    (conversation, client)
}

/// No member of this name anywhere.
fn assert_without(value: &Value, forbidden: &[&str]) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                assert!(!forbidden.contains(&name.as_str()), "{name} in {value}");
                assert_without(member, forbidden);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| assert_without(item, forbidden)),
        _ => {}
    }
}

const FORBIDDEN: [&str; 9] =
    ["error", "labels", "priority", "board_id", "assignee_id", "owner", "participants", "contact", "private"];

#[tokio::test]
async fn a_visitor_and_an_agent_talk() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (conversation, mut client) = visitor(house, &tenant).await;
        let mut agent = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let asked = json!({"conversation_id": conversation.id, "body": "anybody?", "client_id": "v"});
        let sent = client.call("message.send", asked).await;
        let heard = agent.event().await;
        assert_eq!(heard["data"]["message"]["direction"], "inbound");
        assert_eq!(heard["actor"], json!({"kind": "contact", "id": conversation.contact.id}));
        let own = client.event().await;
        assert_eq!((&own["data"]["message"], &own["client_id"]), (&sent["message"], &json!("v")));
        agent.call("message.send", json!({"conversation_id": conversation.id, "body": "yes"})).await;
        let answer = client.event().await;
        assert_eq!(answer["data"]["message"]["body"], "yes");
        assert_eq!(answer["data"]["message"]["author"], json!({"kind": "user", "name": "owner"}));
        assert_eq!(answer["actor"], json!({"kind": "user", "id": null}));
        assert!(!answer.to_string().contains(&tenant.owner.to_string()), "{answer}");
        for shown in [&sent, &own["data"], &answer["data"]] {
            assert_without(shown, &FORBIDDEN);
        }
    })
    .await;
}

#[tokio::test]
async fn a_visitor_never_hears_of_notes_and_assignments() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (conversation, mut client) = visitor(house, &tenant).await;
        let mut agent = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let note = json!({"conversation_id": conversation.id, "body": "difficult one", "private": true});
        let noted = agent.call("message.send", note).await;
        let id = &noted["message"]["id"];
        agent.call("message.edit", json!({"message_id": id, "body": "very difficult"})).await;
        agent.call("message.delete", json!({"message_id": id})).await;
        let assign = json!({"conversation_id": conversation.id, "assignee_id": tenant.owner});
        agent.call("conversation.assign", assign).await;
        assert_eq!(agent.all("event").await.len(), 4);
        assert_eq!(client.all("event").await, Vec::<Value>::new());
        let past =
            client.call("history", json!({"topic": format!("conversation:{}", conversation.id)})).await;
        let kinds: Vec<&Value> = past["events"].as_array().unwrap().iter().map(|it| &it["type"]).collect();
        assert_eq!(kinds, ["conversation.created"]);
        assert_without(&past["events"], &FORBIDDEN);
        let resume = json!({"topics": [format!("conversation:{}", conversation.id)], "since": 0});
        let (mut again, welcome) = house.welcomed(&tenant.visitor(&conversation)).await;
        let mut resume = resume;
        resume["epoch"] = welcome["epoch"].clone();
        assert_eq!(again.call("subscribe", resume).await["replayed"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_visitor_has_his_conversation_and_nothing_else() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let (own, mut client) = visitor(&house, &tenant).await;
    let other = tenant.conversation().await;
    let topics = [
        "inbox".to_owned(),
        "calls".to_owned(),
        "console".to_owned(),
        "presence".to_owned(),
        format!("contact:{}", own.contact.id),
        format!("conversation:{}", other.id),
        format!("user:{}", tenant.owner),
    ];
    for topic in topics {
        assert_eq!(client.refusal("subscribe", json!({"topics": [topic]})).await.0, "NOT_FOUND", "{topic}");
        assert_eq!(client.refusal("history", json!({"topic": topic})).await.0, "NOT_FOUND", "{topic}");
    }
    let sent = client.call("message.send", json!({"conversation_id": own.id, "body": "a"})).await;
    let message = &sent["message"]["id"];
    let forbidden = [
        ("message.send", json!({"conversation_id": own.id, "body": "a", "private": true})),
        ("message.edit", json!({"message_id": message, "body": "b"})),
        ("message.delete", json!({"message_id": message})),
        ("conversation.assign", json!({"conversation_id": own.id, "assignee_id": null})),
        ("conversation.set_status", json!({"conversation_id": own.id, "status": "resolved"})),
        ("conversation.start", json!({"channel_id": tenant.webchat, "contact_id": own.contact.id})),
    ];
    for (method, params) in forbidden {
        assert_eq!(client.refusal(method, params).await.0, "FORBIDDEN", "{method}");
    }
    for method in ["message.send", "typing.start"] {
        let mut params = json!({"conversation_id": other.id});
        if method == "message.send" {
            params["body"] = json!("a");
        }
        assert_eq!(client.refusal(method, params).await.0, "NOT_FOUND", "{method}");
    }
    house.close().await;
}

#[tokio::test]
async fn a_visitor_does_not_speak_in_an_earlier_conversation_of_his_contact() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let earlier = tenant.conversation().await;
    let mut agent = house.client(&tenant.owners_token()).await;
    let resolve = json!({"conversation_id": earlier.id, "status": "resolved"});
    agent.call("conversation.set_status", resolve).await;
    let start = json!({"channel_id": tenant.webchat, "contact_id": earlier.contact.id});
    let started = agent.call("conversation.start", start).await;
    let later = Conversation {
        id: started["conversation"]["id"].as_str().unwrap().parse().unwrap(),
        ..earlier.clone()
    };
    assert_ne!(later.id, earlier.id);
    let mut client = house.client(&tenant.visitor(&later)).await;
    let said = json!({"conversation_id": earlier.id, "body": "still there?"});
    assert_eq!(client.refusal("message.send", said).await.0, "NOT_FOUND");
    client.call("message.send", json!({"conversation_id": later.id, "body": "hello"})).await;
    house.close().await;
}
