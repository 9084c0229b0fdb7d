//! What is said first, at night: it waits for the morning, and goes to whom it was meant for.

use std::time::Duration;

use actors::testing::eventually;
use serde_json::{Value, json};

use super::{
    fake_twilio::Asked,
    house::over_both,
    policy::{Desk, THEIRS, settings, taking, until},
};

#[actix_web::test]
async fn a_conversation_begins_at_night_and_its_first_message_waits_for_the_morning() {
    let twilio = taking().await;
    over_both(&settings(&twilio), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        desk.sleeps_through(house, "transactional").await;
        let start = async |phone: &str| {
            let contact = json!({"name": "Zoë", "phone": phone, "time_zone": "UTC"});
            let contact = desk.ask().post("/api/contacts", contact).await.id();
            json!({"channel_id": desk.twilio.channel["id"], "contact_id": contact, "body": "hello"})
        };
        let mut listener = house.listener(&tenant.owners_token(), &["inbox"]).await;
        let begun = desk.ask().post("/api/conversations", start("+12025550124").await).await;
        assert_eq!((begun.status, &begun.body["message"]["status"]), (201, &json!("scheduled")), "{begun:?}");
        let morning = &begun.body["message"]["scheduled_at"];
        assert!(until(morning) > house.hub.ports.now());
        assert_eq!((&begun.body["next_scheduled_at"], &begun.body["last_message"]), (morning, &Value::Null));
        let told = listener.all("event").await;
        let told: Vec<_> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(told, ["contact.created", "conversation.created", "message.scheduled"]);
        let other = listener.call("conversation.start", start("+12025550125").await).await;
        assert_eq!(other["message"]["status"], "scheduled", "{other}");
        assert_eq!(other["conversation"]["next_scheduled_at"], *morning);
    })
    .await;
}

#[actix_web::test]
async fn what_waits_for_the_morning_goes_to_the_number_it_was_meant_for() {
    let twilio = taking().await;
    over_both(&settings(&twilio), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        let mobile = "+12025550126";
        let phones = json!({"phones": [THEIRS, mobile]});
        desk.ask().patch(&format!("/api/contacts/{}", desk.contact), phones).await;
        desk.sleeps_through(house, "transactional").await;
        let body = format!("hello {}", desk.talk);
        let start = json!({"channel_id": desk.twilio.channel["id"], "to": mobile, "body": body});
        let held = desk.ask().post("/api/conversations", start).await;
        assert_eq!((held.status, &held.id()), (200, &desk.talk), "it was open already");
        assert_eq!(held.body["message"]["status"], "scheduled", "{held:?}");
        desk.is_day().await;
        let soon = house.hub.ports.now().plus(Duration::from_millis(200)).to_string();
        let message = format!("/api/messages/{}", held.body["message"]["id"].as_str().unwrap());
        assert_eq!(desk.ask().patch(&message, json!({"scheduled_at": soon})).await.status, 200);
        let is_it = |asked: &Asked| asked.verb == "POST" && asked.param("Body") == body;
        let asked = eventually("it is sent", async || twilio.asked().into_iter().find(is_it)).await;
        assert_eq!(asked.param("To"), mobile);
    })
    .await;
}
