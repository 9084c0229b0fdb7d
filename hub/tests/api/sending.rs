//! The spike brake: far more than usual goes out when a person says so, and not before.

use actors::testing::eventually;
use entities::user::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::{Asking, answered},
    fake_twilio::{FakeTwilio, Reply},
    house::{House, over_both},
    tenant::Tenant,
};

const SID: &str = "AC00000000000000000000000000000001";

async fn twilio() -> FakeTwilio {
    let mut taken = 0;
    FakeTwilio::start(move |asked| {
        if asked.verb == "GET" {
            return Reply::Json(200, json!({ "sid": SID, "status": "active" }));
        }
        taken += 1;
        Reply::Json(201, json!({ "sid": format!("SM{taken:032}"), "status": "queued", "error_code": null }))
    })
    .await
}

/// More than three in an hour are far more than usual.
fn settings(twilio: &FakeTwilio) -> Vec<(&str, &str)> {
    twilio.settings(&[
        ("PROVIDERS__TWILIO__MESSAGES_PER_S", "1000"),
        ("SENDING__SPIKE_FACTOR", "3"),
        ("SENDING__SPIKE_LEAST", "3"),
        ("SENDING__HELD_CHECK_S", "1"),
    ])
}

async fn desk(house: &House) -> (Tenant, Asking, Value) {
    let tenant = house.tenant().await;
    let ask = Asking::with(house, tenant.owners_token());
    let account = json!({ "account_sid": SID, "auth_token": "0123456789abcdef0123456789abcdef" });
    let kept = answered(ask.request(Method::PUT, "/api/credentials/twilio").json(&account)).await;
    assert_eq!(kept.status, 200, "{kept:?}");
    let line = json!({ "type": "twilio", "name": "Line", "address": "+14155552671" });
    let channel = ask.post("/api/channels", line).await.body["id"].take();
    (tenant, ask, channel)
}

#[actix_web::test]
async fn what_is_far_more_than_usual_waits_for_a_person() {
    let twilio = twilio().await;
    over_both(&settings(&twilio), async |house| {
        let (tenant, ask, channel) = desk(house).await;
        let mut colleague =
            house.listener(&tenant.token(tenant.user(Role::Agent, None).await), &["inbox"]).await;
        let open = ask.get("/api/sending").await.body;
        assert_eq!(open, json!({ "state": "open", "this_hour": 0, "busiest_hour": 0, "limit": 3 }));
        assert_eq!(ask.post("/api/sending/release", json!({})).await.refusal(), (409, "CONFLICT"));
        let mut conversations = Vec::new();
        for number in 0..5 {
            let start = json!({
                "channel_id": channel, "to": format!("+1415555{:04}", 3_000 + number), "body": "Sale!",
            });
            conversations.push(ask.post("/api/conversations", start).await.id());
        }
        let messages = async || {
            let mut messages = Vec::new();
            for conversation in &conversations {
                let path = format!("/api/conversations/{conversation}/messages");
                messages.push(ask.get(&path).await.body["data"][0].take());
            }
            messages
        };
        let held = |messages: &[Value]| messages.iter().filter(|it| it["error"]["code"] == "HELD").count();
        let waiting = eventually("two are held", async || {
            let messages = messages().await;
            (held(&messages) == 2).then_some(messages)
        })
        .await;
        let queued = waiting.iter().filter(|it| it["status"] == "queued").count();
        assert_eq!(queued, 2, "{waiting:?}");
        let now = ask.get("/api/sending").await.body;
        assert_eq!((&now["state"], &now["this_hour"]), (&json!("held"), &json!(3)));
        let told = colleague.all("event").await;
        let told: Vec<_> = told.iter().filter(|event| event["type"] == "sending.held").collect();
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["topic"], &told[0]["data"]["sending"]["state"]),
            (&json!("inbox"), &json!("held"))
        );
        let agent = Asking::with(house, tenant.token(tenant.user(Role::Agent, None).await));
        assert_eq!(agent.post("/api/sending/release", json!({})).await.refusal(), (403, "FORBIDDEN"));
        let released = ask.post("/api/sending/release", json!({})).await;
        assert_eq!((&released.body["state"], &released.body["limit"]), (&json!("open"), &json!(9)));
        eventually("all are out", async || {
            let messages = messages().await;
            messages.iter().all(|it| it["status"] == "sending" && it["error"].is_null()).then_some(())
        })
        .await;
        let audit = ask.get("/api/audit?action=sending.release").await;
        assert_eq!(audit.body["data"].as_array().unwrap().len(), 1);
        // Another tenant has a week of its own.
        let others = Asking::with(house, house.tenant().await.owners_token());
        assert_eq!(others.get("/api/sending").await.body["state"], "open");
    })
    .await;
}

#[actix_web::test]
async fn what_is_held_goes_out_once_and_in_its_order_when_it_is_released() {
    let twilio = twilio().await;
    over_both(&settings(&twilio), async |house| {
        let (tenant, ask, channel) = desk(house).await;
        let body = |number: usize| format!("{number} of {}", tenant.id);
        let start = json!({ "channel_id": channel, "to": "+14155553000", "body": body(0) });
        let path =
            format!("/api/conversations/{}/messages", ask.post("/api/conversations", start).await.id());
        for number in 1..6 {
            assert_eq!(ask.post(&path, json!({ "body": body(number) })).await.status, 201);
        }
        let taken = || -> Vec<String> {
            let asked = twilio.asked();
            let bodies = asked.iter().map(|asked| asked.param("Body"));
            bodies.filter(|body| body.ends_with(&tenant.id.to_string())).map(str::to_owned).collect()
        };
        let newest_first = async || ask.get(&path).await.body["data"].as_array().unwrap().clone();
        eventually("the fourth is held", async || {
            (newest_first().await[2]["error"]["code"] == "HELD").then_some(())
        })
        .await;
        let in_order: Vec<_> = (0..6).map(body).collect();
        assert_eq!(taken(), in_order[..3], "what is held is not handed over");
        assert_eq!(ask.post("/api/sending/release", json!({})).await.status, 200);
        eventually("every job is done", async || {
            let done = ask.get("/api/jobs?status=done&kind=message.send").await;
            (done.ids().len() == 6).then_some(())
        })
        .await;
        assert_eq!(taken(), in_order);
    })
    .await;
}
