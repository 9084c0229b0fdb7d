//! Nobody who said STOP is written to, by whatever way.

use std::time::Duration;

use actors::testing::eventually;
use serde_json::{Value, json};

use super::{
    carrier::ACCOUNT,
    client::Client,
    house::over_both,
    texting::{Desk, Network, OPTED_OUT, OTHERS, THEIRS},
};

/// A block that was found when nobody waited for an answer is told of the message, and of nothing else.
async fn only_the_message_tells(desk: &Desk, message: &str, blocked: usize) {
    let changes = desk.events("message.status_changed").await;
    let last = changes.iter().rfind(|event| event["data"]["message"]["id"] == message).unwrap();
    let told = &last["data"]["message"];
    assert_eq!((&told["status"], &told["error"]["code"]), (&json!("failed"), &json!("OPTED_OUT")));
    assert_eq!(desk.events("message.blocked").await.len(), blocked);
}

async fn told(client: &mut Client, kind: &str) -> Vec<Value> {
    client.all("event").await.into_iter().filter(|event| event["type"] == kind).collect()
}

#[actix_web::test]
async fn who_said_stop_gets_nothing_until_he_says_start() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let tenant = house.tenant().await;
        let desk = Desk::of(house, &tenant).await;
        desk.hears("SM1", THEIRS, "hello").await;
        let talk = desk.talk().await;
        let mut agent = house.listener(&tenant.owners_token(), &["inbox"]).await;
        desk.hears("SM2", THEIRS, "Stop.").await;
        for _ in 0..3 {
            let refused = desk.says(&talk, "but why?").await;
            assert_eq!(refused.refusal(), OPTED_OUT, "{refused:?}");
        }
        let params = json!({"conversation_id": talk, "body": "but why?"});
        assert_eq!(agent.refusal("message.send", params).await.0, "OPTED_OUT");
        let heard = agent.all("event").await;
        let of = |kind: &str| heard.iter().filter(|event| event["type"] == kind).collect::<Vec<_>>();
        let changed = of("consent.changed");
        assert_eq!(changed.len(), 1, "{heard:?}");
        let consent = &changed[0]["data"]["consent"];
        assert_eq!((&consent["state"], &consent["source"]), (&json!("revoked"), &json!("keyword")));
        assert_eq!(consent["address"], json!({"kind": "phone", "value": THEIRS}));
        let blocked = of("message.blocked");
        assert_eq!(blocked.len(), 1, "who asks again is not told about each time: {heard:?}");
        assert_eq!(blocked[0]["data"]["reason"], "OPTED_OUT");
        assert_eq!(blocked[0]["data"]["conversation"]["id"], talk.as_str());
        assert!(network.asked("but why?").is_empty());
        let note = json!({"body": "he wants no more", "private": true});
        assert_eq!(desk.ask().post(&format!("/api/conversations/{talk}/messages"), note).await.status, 201);
        desk.hears("SM3", THEIRS, "START").await;
        let said = desk.says(&talk, "welcome back").await;
        assert_eq!(said.status, 201, "{said:?}");
        eventually("it is sent", async || network.asked("welcome back").pop()).await;
        let ledger = desk.ledger(&desk.contact().await).await;
        assert_eq!((ledger.len(), &ledger[0]["state"]), (2, &json!("reinstated")));
        assert_eq!(ledger[0]["scope"], json!(["conversational", "transactional"]), "no consent to marketing");
        let heard = told(&mut agent, "consent.changed").await;
        assert_eq!((heard.len(), &heard[0]["data"]["consent"]["id"]), (1, &ledger[0]["id"]));
    })
    .await;
}

#[actix_web::test]
async fn what_waited_when_he_said_stop_does_not_leave() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let desk = Desk::of(house, &house.tenant().await).await;
        desk.hears("SM1", THEIRS, "hello").await;
        let talk = desk.talk().await;
        let body = format!("later {talk}");
        let said = desk.says(&talk, &body).await;
        assert_eq!(said.status, 201, "{said:?}");
        eventually("it is tried", async || network.asked(&body).pop()).await;
        desk.hears("SM2", THEIRS, "please stop texting me").await;
        let tried = network.asked(&body).len();
        let message = desk.reaches(&talk, &said.id(), |message| message["status"] == "failed").await;
        assert_eq!(message["error"]["code"], "OPTED_OUT");
        assert!(message["error"]["message"].as_str().unwrap().contains("opted out"));
        assert!(network.asked(&body).len() <= tried + 1, "nothing was asked once it was known");
        only_the_message_tells(&desk, &said.id(), 0).await;
        let done = async || {
            let jobs = desk.ask().get("/api/jobs?status=done&kind=message.send").await;
            (jobs.ids().len() == 1).then_some(())
        };
        eventually("the job is over", done).await;
    })
    .await;
}

#[actix_web::test]
async fn what_the_provider_knows_the_hub_knows_from_then_on() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let desk = Desk::of(house, &house.tenant().await).await;
        let begun = desk.starts(THEIRS, "blocked").await;
        let message = begun.body["message"]["id"].as_str().unwrap().to_owned();
        let failed = desk.reaches(&begun.id(), &message, |message| message["status"] == "failed").await;
        assert_eq!(failed["error"]["code"], "21610");
        let contact = begun.body["contact"]["id"].as_str().unwrap();
        let entry = desk.ledger(contact).await.pop().unwrap();
        assert_eq!((&entry["source"], &entry["message_id"]), (&json!("provider"), &json!(message)));
        assert_eq!((&entry["state"], &entry["by"]["kind"]), (&json!("revoked"), &json!("system")));
        assert_eq!(desk.events("consent.changed").await.len(), 1);
        let body = format!("again {message}");
        assert_eq!(desk.says(&begun.id(), &body).await.refusal(), OPTED_OUT);
        assert!(network.asked(&body).is_empty());
    })
    .await;
}

#[actix_web::test]
async fn a_step_that_tells_of_an_opt_out_is_entered_once() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let desk = Desk::of(house, &house.tenant().await).await;
        desk.hears("SM1", THEIRS, "hello").await;
        let talk = desk.talk().await;
        let body = format!("here {talk}");
        let said = desk.says(&talk, &body).await.id();
        let asked = eventually("it is sent", async || network.asked(&body).pop()).await;
        let callback = asked.param("StatusCallback").to_owned();
        let path = callback.strip_prefix("http://hub.test").unwrap().split('#').next().unwrap().to_owned();
        let named = desk.reaches(&talk, &said, |message| message["rev"] == 3).await;
        assert_eq!(named["status"], "sending");
        for status in ["failed", "undelivered"] {
            let form = format!(
                "AccountSid={ACCOUNT}&MessageSid=SM9&MessageStatus={status}&ErrorCode=21610&To=%2B12025550123"
            );
            let signature = desk.twilio.sign(&path, form.as_bytes());
            let answer = desk.twilio.call(&path, form.as_bytes(), &signature).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 204);
        }
        desk.twilio.is_settled().await;
        let ledger = desk.ledger(&desk.contact().await).await;
        assert_eq!((ledger.len(), &ledger[0]["source"]), (1, &json!("provider")), "{ledger:?}");
        assert_eq!(desk.says(&talk, "more").await.refusal(), OPTED_OUT);
    })
    .await;
}

#[actix_web::test]
async fn the_opt_out_stays_with_the_number_whoever_has_it() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let (desk, elsewhere) =
            (Desk::of(house, &house.tenant().await).await, Desk::of(house, &house.tenant().await).await);
        desk.hears("SM1", THEIRS, "STOP").await;
        let (talk, first) = (desk.talk().await, desk.contact().await);
        let survivor = desk.ask().post("/api/contacts", json!({"name": "Bob", "phone": OTHERS})).await.id();
        let merge = format!("/api/contacts/{survivor}/merge");
        assert_eq!(desk.ask().post(&merge, json!({"duplicate_id": first})).await.status, 200);
        assert_eq!(desk.says(&talk, "hello?").await.refusal(), OPTED_OUT, "it is with that number");
        assert_eq!(desk.starts(THEIRS, "hello?").await.refusal(), OPTED_OUT);
        assert_eq!(desk.ledger(&survivor).await.len(), 1);
        assert!(
            [200, 201].contains(&desk.starts(OTHERS, "hello").await.status),
            "the other one never said so"
        );
        assert_eq!(desk.ask().delete(&format!("/api/contacts/{survivor}")).await.status, 204);
        let contacts = desk.ask().get("/api/contacts").await.ids().len();
        assert_eq!(desk.starts(THEIRS, "hello?").await.refusal(), OPTED_OUT);
        assert_eq!(desk.ask().get("/api/contacts").await.ids().len(), contacts, "and nobody is made for it");
        let heir = desk.ask().post("/api/contacts", json!({"name": "Eve", "phone": THEIRS})).await.id();
        let start = json!({"channel_id": desk.twilio.channel["id"], "contact_id": heir, "body": "hello?"});
        assert_eq!(desk.ask().post("/api/conversations", start).await.refusal(), OPTED_OUT);
        assert_eq!(desk.ledger(&heir).await.len(), 1, "an agent sees why");
        assert_eq!(elsewhere.starts(THEIRS, "hello").await.status, 201, "another company is another matter");
    })
    .await;
}

#[actix_web::test]
async fn what_is_scheduled_is_judged_when_it_is_written_and_at_its_time() {
    let network = Network::start().await;
    over_both(&network.settings(), async |house| {
        let desk = Desk::of(house, &house.tenant().await).await;
        desk.hears("SM1", THEIRS, "hello").await;
        let talk = desk.talk().await;
        let thread = format!("/api/conversations/{talk}/messages");
        let body = format!("see you {talk}");
        let later = |seconds: u64| {
            let at = house.hub.ports.now().plus(Duration::from_secs(seconds));
            json!({"body": body, "scheduled_at": at})
        };
        let waiting = desk.ask().post(&thread, later(3_600)).await;
        assert_eq!((waiting.status, &waiting.body["status"]), (201, &json!("scheduled")), "{waiting:?}");
        desk.hears("SM2", THEIRS, "STOP").await;
        assert_eq!(desk.ask().post(&thread, later(3_600)).await.refusal(), OPTED_OUT);
        let soon = json!({"scheduled_at": house.hub.ports.now().plus(Duration::from_secs(1))});
        let moved = desk.ask().patch(&format!("/api/messages/{}", waiting.id()), soon).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        let failed = eventually("its time comes", async || {
            let listed = desk.ask().get(&format!("{thread}?status=scheduled")).await;
            let message = listed.body["data"][0].clone();
            (message["status"] == "failed").then_some(message)
        })
        .await;
        assert_eq!(failed["error"]["code"], "OPTED_OUT");
        // The one who was refused at once was told so; of this one, its message tells.
        only_the_message_tells(&desk, &waiting.id(), 1).await;
        assert!(network.asked(&body).is_empty());
    })
    .await;
}
