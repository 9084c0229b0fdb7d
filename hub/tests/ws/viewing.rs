//! Who looks at a conversation: agents who have it open, and the visitor whose it is.

use entities::user::Role;
use serde_json::{Value, json};

use super::house::House;

/// Absences are over as soon as the tenant looks.
const AT_ONCE: (&str, &str) = ("REALTIME__PRESENCE_DEBOUNCE_S", "0");

fn named(viewing: &Value) -> Vec<&str> {
    viewing.as_array().unwrap().iter().map(|watcher| watcher["user_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn agents_see_each_other_and_the_visitor_at_a_conversation() {
    let house = House::with(&[AT_ONCE]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let mut owner = house.listener(&tenant.owners_token(), &[&topic]).await;
    let first = owner.next("signal").await;
    let (id, name) = (tenant.owner.to_string(), "owner");
    let alone = json!({"contact_online": false, "viewing": [{"user_id": id, "name": name}], "typing": []});
    assert_eq!(first, json!({"topic": topic, "type": "presence.snapshot", "data": alone}));

    let grace = tenant.user(Role::Agent, None).await;
    let mut agent = house.listener(&tenant.token(grace), &[&topic]).await;
    let mut both = [tenant.owner.to_string(), grace.to_string()];
    both.sort();
    let snapshot = agent.next("signal").await;
    assert_eq!(named(&snapshot["data"]["viewing"]), both);
    let changed = owner.next("signal").await;
    assert_eq!(changed["type"], "viewing.changed");
    assert_eq!(changed["data"]["viewing"], snapshot["data"]["viewing"]);

    let tab = house.listener(&tenant.token(grace), &[&topic]).await;
    agent.call("unsubscribe", json!({"topics": [topic]})).await;
    let visitor = house.client(&tenant.visitor(&conversation)).await;
    let joined = owner.next("signal").await;
    assert_eq!(joined["type"], "presence.joined", "a second tab is no news: {joined}");
    assert_eq!(joined["data"]["contact_id"], conversation.contact.id.to_string());
    drop(visitor);
    let left = owner.next("signal").await;
    assert_eq!((&left["type"], &left["data"]["online"]), (&json!("presence.left"), &json!(false)));
    drop(tab);
    let changed = owner.next("signal").await;
    assert_eq!(named(&changed["data"]["viewing"]), [tenant.owner.to_string()]);
    house.close().await;
}

#[tokio::test]
async fn a_visitor_learns_who_types_and_nothing_of_who_looks_on() {
    let house = House::with(&[AT_ONCE]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let mut owner = house.listener(&tenant.owners_token(), &[&topic]).await;
    owner.call("typing.start", json!({"conversation_id": conversation.id})).await;
    let mut visitor = house.listener(&tenant.visitor(&conversation), &[&topic]).await;
    let snapshot = visitor.next("signal").await;
    assert_eq!(snapshot["data"], json!({"typing": [{"kind": "user", "name": "owner"}]}));
    drop(house.listener(&tenant.token(tenant.user(Role::Agent, None).await), &[&topic]).await);
    drop(house.client(&tenant.visitor(&conversation)).await);
    owner.call("typing.stop", json!({"conversation_id": conversation.id})).await;
    let stopped = visitor.next("signal").await;
    assert_eq!(stopped["type"], "typing.stopped", "{stopped}");
    assert_eq!(visitor.all("signal").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn who_loses_sight_of_a_conversation_hears_no_signals_of_it_until_it_comes_back() {
    let house = House::with(&[AT_ONCE]).await;
    let tenant = house.tenant().await;
    let (own, foreign) = (tenant.board("Own").await, tenant.board("Foreign").await);
    let agent = tenant.user(Role::Agent, Some(vec![own])).await;
    let conversation = tenant.conversation_on(Some(own)).await;
    let topic = format!("conversation:{}", conversation.id);
    let mut narrow = house.listener(&tenant.token(agent), &[&topic]).await;
    assert_eq!(narrow.next("signal").await["type"], "presence.snapshot");
    let mut owner = house.client(&tenant.owners_token()).await;
    let here = json!({"conversation_id": conversation.id});
    tenant.move_to(conversation.id, foreign).await;
    narrow.catch_up().await;
    owner.call("typing.start", here.clone()).await;
    owner.call("typing.stop", here.clone()).await;
    tenant.move_to(conversation.id, own).await;
    narrow.catch_up().await;
    owner.call("typing.start", here.clone()).await;
    owner.call("typing.stop", here).await;
    for kind in ["typing.started", "typing.stopped"] {
        assert_eq!(narrow.next("signal").await["type"], kind);
    }
    assert_eq!(narrow.all("signal").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn the_console_hears_every_signal_once() {
    let house = House::with(&[AT_ONCE]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let mut console = house.listener(&tenant.owners_token(), &["console", "presence", &topic]).await;
    for kind in ["presence.snapshot", "presence.snapshot"] {
        assert_eq!(console.next("signal").await["type"], kind);
    }
    let grace = tenant.user(Role::Agent, None).await;
    let mut agent = house.listener(&tenant.token(grace), &[&topic]).await;
    agent.call("typing.start", json!({"conversation_id": conversation.id})).await;
    agent.call("presence.set", json!({"availability": "busy"})).await;
    for kind in ["presence.joined", "viewing.changed", "typing.started", "presence.changed"] {
        assert_eq!(console.next("signal").await["type"], kind);
    }
    assert_eq!(console.all("signal").await, Vec::<Value>::new());
    house.close().await;
}

#[tokio::test]
async fn subscribing_and_unsubscribing_a_thousand_times_leaves_what_was_asked_last() {
    let house = House::with(&[AT_ONCE, ("LIMITS__BURST", "10000")]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await;
    let topic = format!("conversation:{}", conversation.id);
    let mut watcher = house.listener(&tenant.owners_token(), &["inbox"]).await;
    let grace = tenant.user(Role::Agent, None).await;
    let mut client = house.client(&tenant.token(grace)).await;
    for _ in 0..500 {
        client.call("subscribe", json!({"topics": [topic, "presence"]})).await;
        client.call("unsubscribe", json!({"topics": [topic, "presence", "nonsense"]})).await;
    }
    client.call("subscribe", json!({"topics": [topic]})).await;
    watcher.call("subscribe", json!({"topics": [topic]})).await;
    let shown = watcher.next("signal").await;
    assert!(named(&shown["data"]["viewing"]).contains(&grace.to_string().as_str()));
    tenant.say(conversation.id, "hello").await;
    assert_eq!(client.all("event").await.len(), 1, "once");
    client.call("unsubscribe", json!({"topics": [topic]})).await;
    loop {
        let changed = watcher.next("signal").await;
        if named(&changed["data"]["viewing"]) == [tenant.owner.to_string()] {
            break;
        }
    }
    tenant.say(conversation.id, "unheard").await;
    assert_eq!(client.all("event").await, Vec::<Value>::new());
    house.close().await;
}
