//! Calls among everything else that is known of a contact and a conversation, and what they cost.

use serde_json::{Value, json};

use super::{
    fake_twilio::{FakeTwilio, Reply},
    house::over_both,
    lines::{Exchange, Line, ROOM, THEIRS, event, id_of, sid, talking},
};

fn types(events: &Value) -> Vec<&str> {
    events.as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

/// Where a call began and how it ended stands between what was said before and afterwards.
fn in_order(events: &Value) -> Vec<&str> {
    let story = ["message.created", "call.created", "call.in_progress", "call.ended", "call.failed"];
    types(events).into_iter().filter(|kind| story.contains(kind)).collect()
}

#[actix_web::test]
async fn a_call_stands_in_the_timeline_of_its_contact_and_in_the_history_of_its_conversation() {
    let exchange = Exchange::start().await;
    over_both(&exchange.settings(), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.carrier.texts("SM1", "%2B12025550123", "may I call?").await;
        line.carrier.is_settled().await;
        let (id, _) = talking(&mut line, &exchange).await;
        line.caller_comes("completed", 38).await;
        event(&mut line, "call.ended").await;
        line.carrier.texts("SM2", "%2B12025550123", "thank you").await;
        line.carrier.is_settled().await;
        let call = line.call(&id, |_| true).await;
        let story = ["message.created", "call.created", "call.in_progress", "call.ended", "message.created"];

        let topic = format!("conversation:{}", call["conversation_id"].as_str().unwrap());
        let past = line.agent.call("history", json!({"topic": topic, "limit": 200})).await;
        assert_eq!(in_order(&past["events"]), story);
        let last = line.agent.call("history", json!({"topic": topic, "limit": 2})).await;
        assert_eq!((in_order(&last["events"]), &last["more"]), (story[3..].to_vec(), &json!(true)));
        let before = json!({"topic": topic, "limit": 200, "before": last["events"][0]["seq"]});
        let before = line.agent.call("history", before).await;
        assert_eq!(in_order(&before["events"]), story[..3]);
        let after = json!({"topic": topic, "limit": 200, "after": before["events"][0]["seq"]});
        let after = line.agent.call("history", after).await;
        assert_eq!(after["events"].as_array().unwrap().len() + 1, past["events"].as_array().unwrap().len());

        let read = line.ask().get(&format!("/api/events?topic={topic}&limit=200")).await.body;
        assert_eq!((in_order(&read["data"]), &read["more"]), (story.to_vec(), &json!(false)));
        let first = line.ask().get(&format!("/api/events?topic={topic}&limit=1")).await.body;
        let rest = format!("/api/events?topic={topic}&limit=200&since={}", first["last_seq"]);
        let rest = line.ask().get(&rest).await.body;
        assert_eq!(types(&rest["data"]).len() + 1, types(&read["data"]).len());

        let contact = call["contact_id"].as_str().unwrap();
        let timeline = line.ask().get(&format!("/api/contacts/{contact}/timeline?limit=200")).await.body;
        let mut newest_first = in_order(&timeline["data"]);
        newest_first.reverse();
        assert_eq!(newest_first, story);
        let ended = timeline["data"].as_array().unwrap().iter().find(|event| event["type"] == "call.ended");
        let told = &ended.unwrap()["data"]["call"];
        assert_eq!((&told["direction"], &told["state"]), (&json!("inbound"), &json!("completed")));
        assert_eq!((&told["duration_s"], &told["agent_id"]), (&json!(30), &call["agent_id"]));
        let missed = line.agent.call("history", json!({"topic": format!("call:{id}")})).await;
        assert!(types(&missed["events"]).iter().all(|kind| kind.starts_with("call.")));
    })
    .await;
}

#[actix_web::test]
async fn another_tenant_finds_a_call_nowhere() {
    over_both(&[], async |house| {
        let (tenant, others) = (house.tenant().await, house.tenant().await);
        let line = Line::of(house, &tenant).await;
        line.rings(THEIRS).await;
        let call = line.calls("").await.remove(0);
        let contact = call["contact_id"].as_str().unwrap();
        let stranger = super::asking::Asking::with(house, others.owners_token());
        let refused = stranger.get(&format!("/api/contacts/{contact}/timeline")).await;
        assert_eq!(refused.refusal(), (404, "NOT_FOUND"));
        let topic = format!("conversation:{}", call["conversation_id"].as_str().unwrap());
        let theirs = stranger.get(&format!("/api/events?topic={topic}")).await;
        assert_eq!(types(&theirs.body["data"]), [""; 0]);
    })
    .await;
}

/// Twilio, which knows the price of each leg when it is asked for the second time.
async fn charging() -> FakeTwilio {
    let mut asked_before = Vec::new();
    FakeTwilio::start(move |asked| {
        let last = asked.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json").to_owned();
        match asked.verb.as_str() {
            "GET" if asked.path.contains("/Calls/") => {
                let knows = asked_before.contains(&last);
                asked_before.push(last.clone());
                let price = knows.then_some("-0.00425");
                let leg = json!({"sid": last, "status": "completed", "price": price, "price_unit": "USD"});
                Reply::Json(200, leg)
            }
            "GET" => Reply::Json(200, json!({"messages": [], "calls": []})),
            _ if last == "Participants" => {
                let label = asked.param("Label");
                Reply::Json(201, json!({"call_sid": sid(label), "conference_sid": ROOM, "label": label}))
            }
            _ => Reply::Json(200, json!({"sid": last, "call_sid": last, "status": "completed"})),
        }
    })
    .await
}

#[actix_web::test]
async fn what_a_call_cost_is_asked_for_until_every_leg_is_priced_and_told_once() {
    let twilio = charging().await;
    over_both(&twilio.settings(&[("PROVIDERS__TWILIO__PRICE_AFTER_S", "0")]), async |house| {
        let tenant = house.tenant().await;
        let mut line = Line::of(house, &tenant).await;
        line.rings(THEIRS).await;
        let id = id_of(&event(&mut line, "call.offered").await["data"]["call"]);
        let taken = line.agent.call("call.answer", json!({"call_id": id})).await;
        let leg = super::lines::own_leg(&taken["call"]);
        line.call(&id, |call| call["legs"][1]["state"] == "initiated").await;
        line.comes((&id, &leg), "in-progress", 8).await;
        line.comes((&id, &leg), "completed", 38).await;
        line.caller_comes("completed", 38).await;
        let ended = event(&mut line, "call.ended").await;
        assert_eq!(ended["data"]["call"]["cost"], Value::Null);
        let call = line.call(&id, |call| call["cost"].is_object()).await;
        assert_eq!(call["cost"], json!({"amount": "0.0085", "currency": "USD"}));
        let told = loop {
            let told = event(&mut line, "call.updated").await;
            if told["data"]["call"]["cost"].is_object() {
                break told;
            }
        };
        assert_eq!((&told["data"]["call"]["rev"], &call["state"]), (&call["rev"], &json!("completed")));
    })
    .await;
}
