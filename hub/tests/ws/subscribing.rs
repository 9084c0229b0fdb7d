//! What a session may listen to, and what it then hears.

use entities::user::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::house::{House, over_both};

fn named(noun: &str, id: impl std::fmt::Display) -> String {
    format!("{noun}:{id}")
}

#[tokio::test]
async fn subscribe_is_all_or_nothing() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let conversation = tenant.conversation().await;
        let mut client = house.client(&tenant.owners_token()).await;
        let topics = [named("conversation", conversation.id), named("conversation", Uuid::now_v7())];
        let (code, details) = client.refusal("subscribe", json!({"topics": topics})).await;
        assert_eq!((code.as_str(), &details["topic"]), ("NOT_FOUND", &json!(topics[1])));
        tenant.say(conversation.id, "hello").await;
        assert_eq!(client.all("event").await, Vec::<Value>::new());
        // It was not the first subscribe: nothing came of it.
        let answer = client.call("subscribe", json!({"topics": topics[..1], "since": 0})).await;
        assert_eq!(answer["recovered"], false);
        tenant.say(conversation.id, "again").await;
        assert_eq!(client.event().await["data"]["message"]["body"], "again");
    })
    .await;
}

#[tokio::test]
async fn nothing_of_another_tenant_can_be_listened_to() {
    over_both(&[], async |house| {
        let (tenant, other) = (house.tenant().await, house.tenant().await);
        let theirs = other.conversation().await;
        let mut client = house.client(&tenant.owners_token()).await;
        let topics = [
            named("conversation", theirs.id),
            named("contact", theirs.contact.id),
            named("user", other.owner),
            named("board", Uuid::now_v7()),
            named("board", other.board("Theirs").await),
            named("call", Uuid::now_v7()),
            "queue:0".to_owned(),
        ];
        for topic in topics {
            let (code, _) = client.refusal("subscribe", json!({"topics": [topic]})).await;
            assert_eq!(code, "NOT_FOUND", "{topic}");
            let (code, _) = client.refusal("history", json!({"topic": topic})).await;
            assert_eq!(code, "NOT_FOUND", "{topic}");
        }
        client.call("subscribe", json!({"topics": ["inbox", "calls", "console"]})).await;
        other.say(theirs.id, "not for you").await;
        let (code, _) =
            client.refusal("message.send", json!({"conversation_id": theirs.id, "body": "hello"})).await;
        assert_eq!(code, "NOT_FOUND");
        assert_eq!(client.all("event").await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn boards_narrow_what_an_agent_hears() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let [own, foreign] = [tenant.board("Own").await, tenant.board("Foreign").await];
    let agent = tenant.user(Role::Agent, Some(vec![own])).await;
    let here = tenant.conversation_on(Some(own)).await;
    let there = tenant.conversation_on(Some(foreign)).await;
    let nowhere = tenant.conversation().await;
    let mut client = house.client(&tenant.token(agent)).await;
    let (code, _) = client.refusal("subscribe", json!({"topics": [named("conversation", there.id)]})).await;
    assert_eq!(code, "NOT_FOUND");
    assert_eq!(client.refusal("subscribe", json!({"topics": ["console"]})).await.0, "NOT_FOUND");
    client.call("subscribe", json!({"topics": ["inbox"]})).await;
    for conversation in [&there, &here, &nowhere] {
        tenant.say(conversation.id, "hello").await;
    }
    let heard = client.all("event").await;
    let topics: Vec<&Value> = heard.iter().map(|event| &event["topic"]).collect();
    assert_eq!(topics, [&named("conversation", here.id), &named("conversation", nowhere.id)]);
    house.close().await;
}

#[tokio::test]
async fn a_conversation_that_leaves_the_boards_of_an_agent_tells_its_id_and_no_more() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let [own, foreign] = [tenant.board("Own").await, tenant.board("Foreign").await];
    let agent = tenant.user(Role::Agent, Some(vec![own])).await;
    let conversation = tenant.conversation_on(Some(own)).await;
    let mut listener = house.listener(&tenant.token(agent), &["inbox"]).await;
    tenant.move_to(conversation.id, foreign).await;
    tenant.say(conversation.id, "not for him").await;
    let heard = listener.all("event").await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0]["type"], "conversation.moved");
    assert_eq!(heard[0]["data"], json!({"conversation": {"id": conversation.id}}));
    house.close().await;
}

#[tokio::test]
async fn the_topic_of_a_board_is_for_its_members_and_carries_what_stands_on_it() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let [own, foreign] = [tenant.board("Own").await, tenant.board("Foreign").await];
        let agent = tenant.user(Role::Agent, Some(vec![own])).await;
        let (here, elsewhere) = (tenant.conversation_on(Some(own)).await, tenant.conversation().await);
        let mut client = house.client(&tenant.token(agent)).await;
        for topic in [named("board", foreign), named("board", Uuid::now_v7())] {
            let (code, _) = client.refusal("subscribe", json!({"topics": [topic]})).await;
            assert_eq!(code, "NOT_FOUND");
            assert_eq!(client.refusal("history", json!({"topic": topic})).await.0, "NOT_FOUND");
        }
        let topic = named("board", own);
        client.call("subscribe", json!({"topics": [topic]})).await;
        for conversation in [&elsewhere, &here] {
            tenant.say(conversation.id, "hello").await;
        }
        tenant.move_to(here.id, foreign).await;
        let heard = client.all("event").await;
        let types: Vec<&Value> = heard.iter().map(|event| &event["type"]).collect();
        assert_eq!(types, ["message.created", "conversation.moved"]);
        assert_eq!(heard[1]["data"], json!({"conversation": {"id": here.id}}));
        let past = client.call("history", json!({"topic": topic})).await;
        assert_eq!(past["events"][0]["type"], "board.created");
        // What stands on another board now was his when it happened, and is told as it was.
        assert_eq!(past["events"].as_array().unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn one_topic_too_many_is_refused_and_repeating_changes_nothing() {
    let house = House::with(&[("LIMITS__TOPICS", "3")]).await;
    let tenant = house.tenant().await;
    let own = named("user", tenant.owner);
    let mut client = house.client(&tenant.owners_token()).await;
    let refused = json!({"fields": [{"field": "topics", "reason": "a session may have 3 topics"}]});
    let four = json!({"topics": ["inbox", "calls", "console", named("contact", Uuid::now_v7())]});
    assert_eq!(client.refusal("subscribe", four).await, ("INVALID".to_owned(), refused.clone()));
    // His own comes by itself and does not count.
    client.call("subscribe", json!({"topics": ["inbox", "inbox", "inbox", "inbox", "calls", own]})).await;
    client.call("subscribe", json!({"topics": ["console"]})).await;
    client.call("subscribe", json!({"topics": ["inbox", "calls", "console", own]})).await;
    let conversation = tenant.conversation().await;
    let one_more = json!({"topics": [named("conversation", conversation.id)]});
    assert_eq!(client.refusal("subscribe", one_more.clone()).await, ("INVALID".to_owned(), refused));
    client.call("unsubscribe", json!({"topics": ["calls", "nonsense"]})).await;
    client.call("subscribe", one_more).await;
    house.close().await;
}

#[tokio::test]
async fn a_hundred_topics_are_allowed_and_a_hundred_and_one_are_not() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let mut topics = Vec::new();
    for _ in 0..101 {
        topics.push(named("contact", tenant.contact().await.id));
    }
    let mut client = house.client(&tenant.owners_token()).await;
    assert_eq!(client.refusal("subscribe", json!({"topics": topics})).await.0, "INVALID");
    client.call("subscribe", json!({"topics": topics[..100]})).await;
    assert_eq!(client.refusal("subscribe", json!({"topics": topics[100..]})).await.0, "INVALID");
    house.close().await;
}

#[tokio::test]
async fn an_event_comes_once_however_many_topics_it_travels_on() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topics =
        [named("conversation", conversation.id), named("contact", conversation.contact.id), "inbox".into()];
    let mut client = house.client(&tenant.owners_token()).await;
    client.call("subscribe", json!({"topics": ["console"]})).await;
    client.call("subscribe", json!({"topics": topics})).await;
    let seq = tenant.say(conversation.id, "hello").await;
    let heard = client.all("event").await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!((&heard[0]["seq"], &heard[0]["topic"]), (&json!(seq), &json!(topics[0])));
    assert_eq!(heard[0]["data"]["message"]["seq"], seq);
    assert_eq!(heard[0]["actor"], json!({"kind": "user", "id": tenant.owner}));
    house.close().await;
}

#[tokio::test]
async fn what_is_no_longer_listened_to_is_not_heard() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let mut client = house.listener(&tenant.owners_token(), &["inbox"]).await;
    assert_eq!(client.call("unsubscribe", json!({"topics": ["inbox"]})).await, json!({}));
    tenant.say(conversation.id, "unheard").await;
    assert_eq!(client.all("event").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn the_cursor_is_told_by_subscribe_events_and_ping_but_not_by_the_welcome() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let (heard, unheard) = (tenant.conversation().await, tenant.conversation().await);
        let (mut client, welcome) = house.welcomed(&tenant.owners_token()).await;
        assert_eq!(client.call("ping", json!({})).await["seq"], 0, "nothing was listened to yet");
        let topics = json!({"topics": [named("conversation", heard.id)]});
        let answer = client.call("subscribe", topics.clone()).await;
        assert_eq!(answer, json!({"seq": welcome["seq"], "replayed": 0}));
        let first = tenant.say(heard.id, "heard").await;
        assert_eq!(client.event().await["seq"], first);
        let last = tenant.say(unheard.id, "unheard").await;
        assert_eq!(client.catch_up().await, last, "everything was sent, though nothing of it was ours");
        assert_eq!(client.call("subscribe", topics).await, json!({"seq": last, "replayed": 0}));
    })
    .await;
}

#[tokio::test]
async fn a_subscribe_after_the_first_has_no_since() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let mut client = house.client(&tenant.owners_token()).await;
    assert_eq!(client.refusal("subscribe", json!({"topics": [], "since": -1})).await.0, "INVALID");
    client.call("subscribe", json!({"topics": ["inbox"]})).await;
    let (code, details) = client.refusal("subscribe", json!({"topics": ["calls"], "since": 0})).await;
    assert_eq!((code.as_str(), &details["fields"][0]["field"]), ("INVALID", &json!("since")));
    house.close().await;
}
