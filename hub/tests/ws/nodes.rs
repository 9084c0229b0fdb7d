//! Two hubs over one store that meet in Redis: to everybody outside they are one.

use actors::testing::{eventually, redis};
use entities::user::Role;
use serde_json::{Value, json};

use super::{client::Client, house::House, two_nodes::on_two_nodes};

#[tokio::test]
async fn what_is_said_on_one_node_is_seen_on_both_once_in_the_same_order() {
    on_two_nodes(&[], async |one, other| {
        let tenant = one.tenant().await;
        let conversation = tenant.conversation().await;
        let token = tenant.owners_token();
        let mut listeners = [one.listener(&token, &["inbox"]).await, other.listener(&token, &["inbox"]).await];
        let mut agents = [one.client(&token).await, other.client(&token).await];
        let mut said = Vec::new();
        for line in 0..20 {
            let agent = &mut agents[line % 2];
            let params = json!({"conversation_id": conversation.id, "body": line.to_string(), "client_id": format!("c-{line}")});
            let sent = agent.call("message.send", params.clone()).await;
            let again = agents[(line + 1) % 2].call("message.send", params).await;
            assert_eq!(again, sent, "the same key on another node is the same message");
            said.push(sent["seq"].clone());
        }
        for listener in &mut listeners {
            let mut seen = Vec::new();
            while seen.len() < said.len() {
                let event = listener.event().await;
                seen.extend((event["type"] == "message.created").then(|| event["seq"].clone()));
            }
            assert_eq!(seen, said);
        }
    })
    .await;
}

#[tokio::test]
async fn who_types_on_one_node_is_seen_on_the_other() {
    on_two_nodes(&[], async |one, other| {
        let tenant = one.tenant().await;
        let conversation = tenant.conversation().await;
        let topic = format!("conversation:{}", conversation.id);
        let mut visitor = other.listener(&tenant.visitor(&conversation), &[&topic]).await;
        let mut agent = one.client(&tenant.owners_token()).await;
        let here = json!({"conversation_id": conversation.id});
        // A signal is lost when nobody hears the channel yet: clients repeat it.
        let heard = loop {
            agent.notify("typing.start", here.clone()).await;
            let heard = visitor.all("signal").await;
            if let Some(started) = heard.iter().find(|signal| signal["type"] == "typing.started") {
                break started.clone();
            }
        };
        assert_eq!(heard["data"]["author"]["name"], "owner");
        agent.notify("typing.stop", here).await;
        while visitor.next("signal").await["type"] != "typing.stopped" {}
    })
    .await;
}

#[tokio::test]
async fn who_comes_to_one_node_is_here_on_both_and_says_of_himself_what_holds_on_both() {
    on_two_nodes(&[], async |one, other| {
        let tenant = one.tenant().await;
        let grace = tenant.user(Role::Agent, None).await;
        let mut watcher = one.listener(&tenant.owners_token(), &["presence"]).await;
        let mut here = other.client(&tenant.token(grace)).await;
        // Those who came before the nodes met are in a snapshot or told of by the answer to a question.
        let told = async |watcher: &mut Client, availability: &str| {
            loop {
                let signal = watcher.next("signal").await;
                let data = &signal["data"];
                let all = data["users"].as_array().cloned().unwrap_or_else(|| vec![data.clone()]);
                let is_it = |user: &Value| {
                    user["user_id"] == grace.to_string() && user["availability"] == availability
                };
                if all.iter().any(is_it) {
                    return;
                }
            }
        };
        told(&mut watcher, "online").await;
        here.call("presence.set", json!({"availability": "busy"})).await;
        told(&mut watcher, "busy").await;
        let mut again = one.client(&tenant.token(grace)).await;
        again.call("presence.set", json!({"availability": "away"})).await;
        told(&mut watcher, "away").await;
        drop(here);
        let rest = |house: &House| format!("http://{}/api/presence", house.address);
        let token = tenant.owners_token();
        for node in [one, other] {
            let asked = reqwest::Client::new().get(rest(node)).bearer_auth(&token);
            let body: Value = asked.send().await.unwrap().json().await.unwrap();
            let found =
                body["data"].as_array().unwrap().iter().find(|user| user["user_id"] == grace.to_string());
            assert_eq!(found.map(|user| user["availability"].clone()), Some(json!("away")), "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_node_that_cannot_reach_redis_is_ready_and_says_that_it_is_degraded() {
    let Some(options) = redis().await else { return };
    let ready = async |house: &House| -> (u16, Value) {
        let answer = reqwest::get(format!("http://{}/health/ready", house.address)).await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap()["bus"].take())
    };
    let alone = House::open().await;
    assert_eq!(ready(&alone).await, (200, json!("local")));
    alone.close().await;
    let nobody = House::with(&[("REDIS__URL", "redis://127.0.0.1:9")]).await;
    assert_eq!(ready(&nobody).await, (200, json!("degraded")));
    let tenant = nobody.tenant().await;
    let conversation = tenant.conversation().await;
    let mut listener = nobody.listener(&tenant.owners_token(), &["inbox"]).await;
    tenant.say(conversation.id, "still here").await;
    assert_eq!(listener.event().await["data"]["message"]["body"], "still here");
    nobody.close().await;
    let settings = [("REDIS__URL", options.url.as_str()), ("REDIS__PREFIX", options.prefix.as_str())];
    let house = House::with(&settings).await;
    eventually("the bus is healthy", async || (ready(&house).await == (200, json!("ok"))).then_some(()))
        .await;
    house.close().await;
}
