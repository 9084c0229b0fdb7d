//! How far texts of ours came, as Twilio tells it.

use actors::testing::eventually;
use serde_json::{Value, json};

use super::{
    carrier::{ACCOUNT, Carrier},
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::{House, over_both},
};

const SID: &str = "SM0000000000000000000000000000000f";

/// Twilio, which takes every text and calls it so.
async fn taking() -> FakeTwilio {
    FakeTwilio::start(|asked| match asked.verb.as_str() {
        "POST" => Reply::Json(201, json!({"sid": SID, "status": "queued", "error_code": null})),
        _ => Reply::Json(200, json!({"messages": [], "calls": []})),
    })
    .await
}

/// A text of ours that Twilio has, with the path of its callback.
async fn sent(twilio: &Carrier, fake: &FakeTwilio) -> (Value, String) {
    twilio.texts("SM1", "%2B12025550123", "hello").await;
    twilio.is_settled().await;
    let talk = twilio.conversations().await.remove(0);
    let thread = format!("/api/conversations/{}/messages", talk["id"].as_str().unwrap());
    let said = twilio.agent.post(&thread, json!({"body": "hi"})).await;
    assert_eq!(said.status, 201, "{said:?}");
    let callback = eventually("a text that Twilio has", async || {
        let asked =
            fake.asked().into_iter().rev().find(|asked| asked.param("StatusCallback").contains(&said.id()));
        let known =
            twilio.thread(&talk).await.into_iter().find(|message| message["id"] == said.body["id"])?;
        (known["status"] != "queued").then_some(asked?.param("StatusCallback").to_owned())
    })
    .await;
    let path = callback.strip_prefix("http://hub.test").unwrap().split('#').next().unwrap().to_owned();
    (talk, path)
}

fn step(sid: &str, status: &str, error: &str) -> String {
    format!("AccountSid={ACCOUNT}&MessageSid={sid}&SmsStatus={status}&MessageStatus={status}{error}")
}

async fn told(twilio: &Carrier, path: &str, form: &str) {
    let signature = twilio.sign(path, form.as_bytes());
    let answer = twilio.call(path, form.as_bytes(), &signature).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (204, ""), "{form}");
}

/// The same, which says of it when it is asked that it was delivered.
async fn asked_after() -> FakeTwilio {
    FakeTwilio::start(|asked| match asked.verb.as_str() {
        "POST" => Reply::Json(201, json!({"sid": SID, "status": "queued", "error_code": null})),
        _ if is_question(asked) => {
            Reply::Json(200, json!({"sid": SID, "status": "delivered", "error_code": null}))
        }
        _ => Reply::Json(200, json!({"messages": [], "calls": []})),
    })
    .await
}

fn is_question(asked: &Asked) -> bool {
    asked.path.ends_with(&format!("/Messages/{SID}.json"))
}

/// How it goes with the provider, once it is so.
async fn integration(house: &House, twilio: &Carrier, is_so: impl Fn(&Value) -> bool) -> Value {
    eventually("it is counted", async || {
        house.hub.credentials.write_uses().await;
        let told = twilio.agent.get("/api/integrations").await.body["data"][0].take();
        is_so(&told).then_some(told)
    })
    .await
}

async fn newest(twilio: &Carrier, talk: &Value) -> Value {
    twilio.is_settled().await;
    twilio.thread(talk).await.remove(0)
}

#[actix_web::test]
async fn in_whatever_order_and_however_often_its_steps_are_told_a_text_ends_the_same() {
    for order in
        [["queued", "sent", "delivered"], ["delivered", "queued", "sent"], ["sent", "delivered", "queued"]]
    {
        let fake = taking().await;
        let settings = fake.settings(&[]);
        over_both(&settings, async |house| {
            let tenant = house.tenant().await;
            let twilio = Carrier::of(house, &tenant).await;
            let (talk, path) = sent(&twilio, &fake).await;
            for status in order.iter().chain(&order) {
                told(&twilio, &path, &step(SID, status, "")).await;
            }
            assert_eq!(newest(&twilio, &talk).await["status"], "delivered", "{order:?}");
            let receipts = twilio.receipts().await;
            assert_eq!(receipts.iter().filter(|receipt| receipt["kind"] == "sms/status").count(), 3);
        })
        .await;
    }
}

#[actix_web::test]
async fn a_text_that_did_not_arrive_says_why_and_one_that_is_none_of_ours_changes_nothing() {
    let fake = taking().await;
    let settings = fake.settings(&[]);
    over_both(&settings, async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        let (talk, path) = sent(&twilio, &fake).await;
        let bare = path.split('?').next().unwrap();
        told(&twilio, bare, &step("SM9", "delivered", "")).await;
        assert_ne!(newest(&twilio, &talk).await["status"], "delivered");
        // Without our own name for it, Twilio's will do.
        told(&twilio, bare, &step(SID, "undelivered", "&ErrorCode=30003")).await;
        let text = newest(&twilio, &talk).await;
        assert_eq!((&text["status"], &text["error"]["code"]), (&json!("undelivered"), &json!("30003")));
        assert!(!text["error"]["message"].as_str().unwrap().is_empty());
        told(&twilio, bare, &step(SID, "teleported", "")).await;
        let dead = async || twilio.agent.get("/api/webhook-receipts?status=dead").await.ids().pop();
        eventually("what nobody knows is given up", dead).await;
    })
    .await;
}

#[actix_web::test]
async fn a_step_that_is_never_told_is_asked_for_and_counted() {
    let fake = asked_after().await;
    let settings = fake.settings(&[("PROVIDERS__TWILIO__STATUS_AFTER_S", "1")]);
    over_both(&settings, async |house| {
        let twilio = Carrier::of(house, &house.tenant().await).await;
        let (talk, _) = sent(&twilio, &fake).await;
        eventually("what nobody told", async || {
            (twilio.thread(&talk).await[0]["status"] == "delivered").then_some(())
        })
        .await;
        let told = integration(house, &twilio, |told| told["missing_callbacks"] == 1).await;
        assert_eq!(told["callback_delay_ms"], json!(null), "nobody called back");
    })
    .await;
    assert!(fake.asked().iter().any(|asked| is_question(asked) && asked.authorization.starts_with("Basic ")));
}

#[actix_web::test]
async fn what_was_told_in_time_is_not_asked_for_and_its_delay_is_measured() {
    let fake = asked_after().await;
    let settings = fake.settings(&[("PROVIDERS__TWILIO__STATUS_AFTER_S", "5")]);
    over_both(&settings, async |house| {
        let twilio = Carrier::of(house, &house.tenant().await).await;
        let (talk, path) = sent(&twilio, &fake).await;
        eventually("it is noted that Twilio has it", async || {
            (twilio.thread(&talk).await[0]["rev"] == 3).then_some(())
        })
        .await;
        told(&twilio, &path, &step(SID, "undelivered", "&ErrorCode=30003")).await;
        assert_eq!(newest(&twilio, &talk).await["status"], "undelivered");
        let measured = integration(house, &twilio, |told| told["callback_delay_ms"].is_i64()).await;
        assert_eq!(measured["missing_callbacks"], json!(0));
        assert!(measured["callback_delay_p99_ms"].as_i64() >= measured["callback_delay_ms"].as_i64());
        let over =
            async || twilio.agent.get("/api/jobs?status=done&kind=message.ask_status").await.ids().pop();
        eventually("there is nothing to ask", over).await;
        assert_eq!(twilio.thread(&talk).await[0]["status"], "undelivered");
    })
    .await;
    assert!(!fake.asked().iter().any(is_question));
}
