//! A contact with several numbers is answered where he wrote from.

use actors::testing::eventually;
use serde_json::{Value, json};

use super::{
    asking::Asking,
    carrier::Carrier,
    fake_twilio::{FakeTwilio, Reply},
    house::over_both,
};

const FIRST: &str = "+12025550123";
const SECOND: &str = "+12025550124";

/// Twilio, which takes every text.
async fn taking() -> FakeTwilio {
    let mut taken = 0;
    FakeTwilio::start(move |asked| match asked.verb.as_str() {
        "POST" => {
            taken += 1;
            Reply::Json(201, json!({"sid": format!("SM{taken:032}"), "status": "queued", "error_code": null}))
        }
        _ => Reply::Json(200, json!({"messages": [], "calls": []})),
    })
    .await
}

/// Where what is said in the conversation goes.
async fn answered_at(agent: &Asking, fake: &FakeTwilio, conversation: &str) -> String {
    let thread = format!("/api/conversations/{conversation}/messages");
    let said = agent.post(&thread, json!({"body": "yes?"})).await;
    assert_eq!(said.status, 201, "{said:?}");
    sent_to(fake, &said.id()).await
}

async fn sent_to(fake: &FakeTwilio, message: &str) -> String {
    eventually("the text is handed over", async || {
        let asked = fake.asked();
        let text = asked.iter().find(|asked| asked.param("StatusCallback").contains(message))?;
        Some(text.param("To").to_owned())
    })
    .await
}

async fn texts(twilio: &Carrier, sid: &str, from: &str) -> Value {
    twilio.texts(sid, &from.replace('+', "%2B"), "hello").await;
    twilio.is_settled().await;
    twilio.conversations().await.remove(0)
}

fn id(noun: &Value) -> &str {
    noun["id"].as_str().unwrap()
}

#[actix_web::test]
async fn the_answer_goes_to_the_number_that_was_written_from_last() {
    let fake = taking().await;
    over_both(&fake.settings(&[]), async |house| {
        let twilio = Carrier::of(house, &house.tenant().await).await;
        let agent = &twilio.agent;
        let contact =
            agent.post("/api/contacts", json!({"name": "Bob", "phones": [FIRST, SECOND]})).await.id();
        let start = json!({"channel_id": twilio.channel["id"], "contact_id": contact, "body": "hi"});
        let begun = agent.post("/api/conversations", start).await;
        let said = begun.body["message"]["id"].as_str().unwrap();
        assert_eq!(sent_to(&fake, said).await, FIRST, "nobody has written yet");
        let talk = texts(&twilio, "SM1", SECOND).await;
        assert_eq!(id(&talk), begun.id());
        assert_eq!(answered_at(agent, &fake, &begun.id()).await, SECOND);
        assert!(!talk.to_string().contains(&SECOND[1..]), "what stands for the number does not tell it");
        texts(&twilio, "SM2", FIRST).await;
        assert_eq!(answered_at(agent, &fake, &begun.id()).await, FIRST);
        texts(&twilio, "SM3", SECOND).await;
        agent.patch(&format!("/api/contacts/{contact}"), json!({"phones": [FIRST]})).await;
        assert_eq!(answered_at(agent, &fake, &begun.id()).await, FIRST, "the other is his no more");
    })
    .await;
}

#[actix_web::test]
async fn who_is_written_to_by_number_gets_it_there() {
    let fake = taking().await;
    over_both(&fake.settings(&[]), async |house| {
        let twilio = Carrier::of(house, &house.tenant().await).await;
        let agent = &twilio.agent;
        agent.post("/api/contacts", json!({"name": "Bob", "phones": [FIRST, SECOND]})).await;
        let start = |to: &str, body: Option<&str>| json!({"channel_id": twilio.channel["id"], "to": to, "body": body});
        let begun = agent.post("/api/conversations", start(SECOND, None)).await;
        assert_eq!(answered_at(agent, &fake, &begun.id()).await, SECOND);
        let again = agent.post("/api/conversations", start(FIRST, Some("hello"))).await;
        assert_eq!((again.status, again.id()), (200, begun.id()));
        assert_eq!(sent_to(&fake, again.body["message"]["id"].as_str().unwrap()).await, FIRST);
        assert_eq!(answered_at(agent, &fake, &begun.id()).await, FIRST);
    })
    .await;
}

#[actix_web::test]
async fn a_merge_takes_the_numbers_along() {
    let fake = taking().await;
    over_both(&fake.settings(&[]), async |house| {
        let twilio = Carrier::of(house, &house.tenant().await).await;
        let agent = &twilio.agent;
        let talk = texts(&twilio, "SM1", SECOND).await;
        let survivor = agent.post("/api/contacts", json!({"name": "Bob", "phone": FIRST})).await.id();
        let duplicate = json!({"duplicate_id": talk["contact"]["id"]});
        assert_eq!(agent.post(&format!("/api/contacts/{survivor}/merge"), duplicate).await.status, 200);
        assert_eq!(answered_at(agent, &fake, id(&talk)).await, SECOND, "whether it has followed or not");
        let moved = || async {
            let talks = twilio.conversations().await;
            (talks[0]["contact"]["id"] == survivor.as_str()).then_some(())
        };
        eventually("the conversation follows", async || moved().await).await;
        assert_eq!(answered_at(agent, &fake, id(&talk)).await, SECOND);
        let same = texts(&twilio, "SM2", FIRST).await;
        assert_eq!(id(&same), id(&talk));
        assert_eq!(answered_at(agent, &fake, id(&talk)).await, FIRST);
    })
    .await;
}
