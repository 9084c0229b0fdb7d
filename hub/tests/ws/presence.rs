//! Which users are here: a snapshot behind the answer, and then every change.

use std::collections::BTreeMap;

use entities::user::Role;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{client::Client, house::House, tenant::Tenant};

/// Absences are over as soon as the tenant looks.
const AT_ONCE: (&str, &str) = ("REALTIME__PRESENCE_DEBOUNCE_S", "0");

/// Users by their availability, as the signals tell it: a snapshot, and what came behind it.
#[derive(Default)]
struct Here(BTreeMap<String, String>);

impl Here {
    fn hear(&mut self, signal: &Value) {
        assert_eq!(signal["topic"], "presence", "{signal}");
        let (kind, data) = (signal["type"].as_str().unwrap(), &signal["data"]);
        if kind == "presence.snapshot" {
            self.0.clear();
            data["users"].as_array().unwrap().iter().for_each(|user| self.put(user));
            return;
        }
        match kind {
            "presence.left" => assert!(self.0.remove(data["user_id"].as_str().unwrap()).is_some()),
            "presence.joined" | "presence.changed" => self.put(data),
            other => panic!("{other}"),
        }
        assert_eq!(data["online"], kind != "presence.left");
    }

    fn put(&mut self, user: &Value) {
        assert_eq!(user["online"].as_bool(), Some(true), "{user}");
        assert!(user["since"].is_string(), "{user}");
        let text = |name: &str| user[name].as_str().unwrap().to_owned();
        self.0.insert(text("user_id"), text("availability"));
    }
}

/// Subscribes, and reads the answer and the snapshot right behind it.
async fn watch(client: &mut Client) -> Here {
    let id = client.ask("subscribe", json!({"topics": ["presence"]})).await;
    let mut here = Here::default();
    loop {
        let frame = client.frame().await;
        assert_ne!(frame["method"], "signal", "nothing is told before the answer");
        if frame["id"] == id {
            break;
        }
    }
    let snapshot = client.frame().await;
    assert_eq!(snapshot["params"]["type"], "presence.snapshot", "{snapshot}");
    assert_eq!(snapshot["params"]["data"]["more"], false);
    here.hear(&snapshot["params"]);
    here
}

async fn colleagues(tenant: &Tenant, number: usize) -> Vec<String> {
    join_all((0..number).map(async |_| tenant.token(tenant.user(Role::Agent, None).await))).await
}

#[tokio::test]
async fn answer_snapshot_and_changes_come_in_this_order_whoever_comes_meanwhile() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let tokens = colleagues(&tenant, 12).await;
    let mut watcher = house.client(&tenant.owners_token()).await;
    let arriving = join_all(tokens.iter().map(async |token| house.client(token).await));
    let (clients, mut here) = tokio::join!(arriving, watch(&mut watcher));
    while here.0.len() < 13 {
        here.hear(&watcher.next("signal").await);
    }
    assert!(here.0.values().all(|availability| availability == "online"));
    assert_eq!(watch(&mut watcher).await.0, here.0, "a topic one had already is shown again");
    drop(clients);
    house.close().await;
}

#[tokio::test]
async fn many_tabs_are_one_presence_until_the_last_one_is_gone() {
    let house = House::with(&[AT_ONCE]).await;
    let tenant = house.tenant().await;
    let grace = tenant.user(Role::ReadOnly, None).await;
    let mut watcher = house.client(&tenant.owners_token()).await;
    let mut here = watch(&mut watcher).await;
    assert_eq!(here.0, BTreeMap::from([(tenant.owner.to_string(), "online".to_owned())]));
    let (one, other) = (house.client(&tenant.token(grace)).await, house.client(&tenant.token(grace)).await);
    let joined = watcher.next("signal").await;
    assert_eq!((&joined["type"], &joined["data"]["user_id"]), (&json!("presence.joined"), &json!(grace)));
    here.hear(&joined);
    let mut third = house.client(&tenant.token(grace)).await;
    drop((one, other));
    assert_eq!(third.call("presence.set", json!({"availability": "away"})).await, json!({}));
    here.hear(&watcher.next("signal").await);
    assert_eq!(here.0[&grace.to_string()], "away");
    drop(third);
    let left = watcher.next("signal").await;
    assert_eq!((&left["type"], &left["data"]["availability"]), (&json!("presence.left"), &json!("away")));
    here.hear(&left);
    let _back = house.client(&tenant.token(grace)).await;
    here.hear(&watcher.next("signal").await);
    assert_eq!(here.0[&grace.to_string()], "online", "a new arrival is online");
    house.close().await;
}

#[tokio::test]
async fn what_a_user_says_of_himself_is_told_once_and_survives_a_reload() {
    let house = House::with(&[("REALTIME__PRESENCE_DEBOUNCE_S", "60")]).await;
    let tenant = house.tenant().await;
    let grace = tenant.user(Role::Agent, None).await;
    let mut one = house.client(&tenant.token(grace)).await;
    let mut watcher = house.client(&tenant.owners_token()).await;
    watch(&mut watcher).await;
    for availability in ["busy", "busy", "online", "away"] {
        one.call("presence.set", json!({"availability": availability})).await;
    }
    for availability in ["busy", "online", "away"] {
        let changed = watcher.next("signal").await;
        assert_eq!(changed["type"], "presence.changed");
        assert_eq!(changed["data"]["availability"], availability);
    }
    drop(one);
    let mut again = house.client(&tenant.token(grace)).await;
    let here = watch(&mut again).await;
    assert_eq!(here.0[&grace.to_string()], "away");
    assert_eq!(watcher.all("signal").await, Vec::<Value>::new(), "nobody was away");
    house.close().await;
}

#[tokio::test]
async fn presence_set_takes_three_words_from_users_and_nothing_from_visitors() {
    let house = House::open().await;
    let tenant = house.tenant().await;
    let mut client = house.client(&tenant.owners_token()).await;
    let wrong = [
        (json!({}), "availability"),
        (json!({"availability": "gone"}), "availability"),
        (json!({"availability": 1}), "availability"),
        (json!({"availability": "busy", "user_id": tenant.owner}), "user_id"),
    ];
    for (params, field) in wrong {
        let (code, details) = client.refusal("presence.set", params).await;
        assert_eq!((code.as_str(), &details["fields"][0]["field"]), ("INVALID", &json!(field)));
    }
    let mut visitor = house.client(&tenant.visitor(&tenant.conversation().await)).await;
    let set = json!({"availability": "busy"});
    assert_eq!(visitor.refusal("presence.set", set).await.0, "FORBIDDEN");
    assert_eq!(visitor.refusal("subscribe", json!({"topics": ["presence"]})).await.0, "NOT_FOUND");
    house.close().await;
}

#[tokio::test]
async fn signals_have_a_rate_of_their_own() {
    let house = House::with(&[("LIMITS__BURST", "1000"), ("LIMITS__IN_FLIGHT", "1000")]).await;
    let tenant = house.tenant().await;
    let conversation = tenant.conversation().await.id;
    let mut client = house.client(&tenant.owners_token()).await;
    let mut asked = Vec::new();
    for index in 0..200 {
        let availability = if index % 2 == 0 { "busy" } else { "online" };
        asked.push(match index % 4 {
            0 => client.ask("typing.start", json!({"conversation_id": conversation})).await,
            _ => client.ask("presence.set", json!({"availability": availability})).await,
        });
    }
    let mut refused = 0;
    for (index, id) in asked.into_iter().enumerate() {
        if let Err(error) = client.answer(id).await {
            assert!(index >= 40, "so many pass at once");
            assert_eq!(error["data"]["code"], "RATE_LIMITED");
            refused += 1;
        }
    }
    assert!(refused > 0);
    client.call("message.send", json!({"conversation_id": conversation, "body": "still here"})).await;
    house.close().await;
}

#[tokio::test]
async fn nothing_is_told_of_another_tenant() {
    let house = House::with(&[AT_ONCE]).await;
    let (tenant, other) = (house.tenant().await, house.tenant().await);
    let mut watcher = house.client(&tenant.owners_token()).await;
    let here = watch(&mut watcher).await;
    let mut stranger = house.client(&other.owners_token()).await;
    stranger.call("presence.set", json!({"availability": "busy"})).await;
    assert_eq!(watch(&mut stranger).await.0.len(), 1, "they see themselves");
    assert_eq!(watch(&mut watcher).await.0, here.0);
    assert_eq!(watcher.all("signal").await, Vec::<Value>::new());
    house.close().await;
}
