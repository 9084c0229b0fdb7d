//! Texts nobody told of: found when the hub is back, and there once.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    sync::{Arc, Mutex},
};

use actors::testing::eventually;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::answered,
    carrier::{ACCOUNT, Carrier},
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::{House, over_both},
    lines::Line,
    tenant::Tenant,
};

const PICTURE: &[u8] = b"GIF89a\x02\x00\x03\x00\x00\x00\x00;";

/// What Twilio took from telephones, the newest first, as it lists it.
#[derive(Clone, Default)]
struct Network {
    taken: Arc<Mutex<Vec<Value>>>,
    /// The calls it could not bring to us, the newest first.
    calls: Arc<Mutex<Vec<Value>>>,
    /// It knows its accounts, and nothing else for now.
    is_away: Arc<AtomicBool>,
}

impl Network {
    fn takes(&self, sid: &str, body: &str, files: usize) {
        self.lists(json!({"sid": sid, "direction": "inbound", "status": "received", "from": "+12025550123",
            "to": "+12025550100", "body": body, "num_media": files.to_string()}));
    }

    /// Somebody called, and heard nothing of us.
    fn missed(&self, sid: &str, status: &str) {
        let (began, ended) = ("Sat, 21 Nov 2026 10:00:00 +0000", "Sat, 21 Nov 2026 10:00:07 +0000");
        let call = json!({"sid": sid, "direction": "inbound", "status": status, "from": "+12025550123",
            "to": "+12025550100", "start_time": began, "end_time": ended});
        self.calls.lock().unwrap().insert(0, call);
    }

    fn lists(&self, resource: Value) {
        self.taken.lock().unwrap().insert(0, resource);
    }

    fn answer(&self, asked: &Asked) -> Reply {
        let path = asked.path.strip_prefix(&format!("/2010-04-01/Accounts/{ACCOUNT}")).unwrap();
        match path {
            ".json" => Reply::Json(200, json!({"sid": ACCOUNT, "status": "active"})),
            _ if self.is_away.load(Ordering::Acquire) => {
                Reply::Json(503, json!({"code": 20_503, "status": 503}))
            }
            // One on a page.
            "/Messages.json" => {
                let page: usize = asked.param("Page").parse().unwrap_or_default();
                let taken = self.taken.lock().unwrap();
                let next = (page + 1 < taken.len())
                    .then(|| format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page={}", page + 1));
                let messages: Vec<&Value> = taken.iter().skip(page).take(1).collect();
                Reply::Json(200, json!({"messages": messages, "next_page_uri": next}))
            }
            "/Calls.json" => Reply::Json(200, json!({"calls": *self.calls.lock().unwrap()})),
            path if path.ends_with("/Media.json") => {
                let uri = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/MM2/Media/ME1.json");
                Reply::Json(
                    200,
                    json!({"media_list": [{"sid": "ME1", "content_type": "image/gif", "uri": uri}]}),
                )
            }
            _ => Reply::File("image/gif", PICTURE.to_vec()),
        }
    }
}

async fn network() -> (Network, FakeTwilio) {
    let network = Network::default();
    let answering = network.clone();
    (network, FakeTwilio::start(move |asked| answering.answer(asked)).await)
}

impl Carrier {
    /// The bodies of the one conversation, the oldest first, once there are so many.
    async fn says(&self, many: usize) -> Vec<Value> {
        let bodies = eventually("so many texts", async || {
            let talk = self.conversations().await.into_iter().next()?;
            let thread = self.thread(&talk).await;
            (thread.len() == many).then_some(thread)
        });
        bodies.await.into_iter().rev().map(|mut message| message["body"].take()).collect()
    }

    async fn kinds(&self) -> Vec<Value> {
        let mut kinds: Vec<_> =
            self.receipts().await.into_iter().map(|receipt| receipt["kind"].clone()).collect();
        kinds.sort_by_key(Value::to_string);
        kinds
    }

    /// Its account is given, anew.
    async fn is_connected(&self, tenant: &Tenant) {
        let account = json!({"account_sid": ACCOUNT, "auth_token": tenant.id.as_uuid().simple().to_string()});
        let kept = self.agent.request(Method::PUT, "/api/credentials/twilio").json(&account);
        assert_eq!(answered(kept).await.status, 200);
    }

    /// Nothing of what was found is still to be looked at.
    async fn has_looked(&self) {
        let waits = async || {
            let jobs = self.agent.get("/api/jobs?status=scheduled&kind=message.backfill").await;
            jobs.body["data"].as_array().unwrap().iter().any(|job| job["attempts"] != 0).then_some(())
        };
        eventually("it was looked through", waits).await;
    }
}

#[actix_web::test]
async fn a_text_whose_webhook_was_lost_is_there_after_the_next_start_and_its_late_webhook_adds_nothing() {
    let (network, fake) = network().await;
    let house = House::with(&fake.settings(&[])).await;
    let tenant = house.tenant().await;
    let (token, twilio) = (tenant.owners_token(), Carrier::of(&house, &tenant).await);
    // First: else it is a question of who is faster.
    twilio.has_looked().await;
    network.takes("SM1", "told", 0);
    twilio.texts("SM1", "%2B12025550123", "told").await;
    assert_eq!(twilio.says(1).await, ["told"]);
    drop(tenant);
    network.takes("SM9", "lost", 0);
    network.takes("MM2", "lost too, with a picture", 1);
    network.lists(json!({"sid": "SM3", "direction": "outbound-api", "status": "sent", "body": "ours"}));
    let house = house.restart().await;
    let twilio = twilio.at(&house, &token);
    assert_eq!(twilio.says(3).await, ["told", "lost", "lost too, with a picture"]);
    let talk = twilio.conversations().await.remove(0);
    eventually("its picture", async || {
        (twilio.thread(&talk).await[0]["attachments"][0]["state"] == "ready").then_some(())
    })
    .await;
    assert_eq!(twilio.kinds().await, ["sms", "sms/backfill", "sms/backfill"]);
    let late = twilio.texts("SM9", "%2B12025550123", "lost").await;
    assert_eq!((late.status, late.text.as_str()), (200, "<Response/>"));
    twilio.is_settled().await;
    assert_eq!((twilio.says(3).await.len(), twilio.kinds().await.len()), (3, 3));
    house.close().await;
}

#[actix_web::test]
async fn what_came_while_there_was_no_account_is_found_when_it_is_given_again() {
    let (network, fake) = network().await;
    over_both(&fake.settings(&[]), async |house| {
        let tenant = house.tenant().await;
        let twilio = Carrier::of(house, &tenant).await;
        twilio.has_looked().await;
        assert_eq!(twilio.agent.delete("/api/credentials/twilio").await.status, 204);
        assert_eq!(twilio.texts("SM1", "%2B12025550123", "hello").await.status, 403);
        network.takes(&format!("SM{}", tenant.id), "hello", 0);
        twilio.is_connected(&tenant).await;
        let found = "/api/webhook-receipts?provider=twilio&status=applied";
        eventually("what came meanwhile", async || twilio.agent.get(found).await.ids().pop()).await;
        assert!(twilio.kinds().await.iter().all(|kind| kind == "sms/backfill"));
    })
    .await;
}

#[actix_web::test]
async fn a_provider_that_is_away_is_asked_again() {
    let (network, fake) = network().await;
    let house = House::with(&fake.settings(&[])).await;
    let tenant = house.tenant().await;
    let twilio = Carrier::of(&house, &tenant).await;
    twilio.has_looked().await;
    network.is_away.store(true, Ordering::Release);
    twilio.is_connected(&tenant).await;
    let failed = async || {
        let jobs = twilio.agent.get("/api/jobs").await;
        let jobs = jobs.body["data"].as_array().unwrap().clone();
        jobs.into_iter().find(|job| job["kind"] == "message.backfill" && job["last_error"].is_string())
    };
    let job = eventually("an attempt that failed", failed).await;
    assert_eq!(job["last_error"], "answered 503 with code 20503");
    network.takes("SM1", "hello", 0);
    network.is_away.store(false, Ordering::Release);
    assert_eq!(twilio.says(1).await, ["hello"]);
    drop((tenant, twilio));
    house.close().await;
}

#[actix_web::test]
async fn a_start_that_is_found_late_lifts_no_stop_and_a_stop_that_is_found_late_stands() {
    let (network, fake) = network().await;
    let house = House::with(&fake.settings(&[])).await;
    let tenant = house.tenant().await;
    let twilio = Carrier::of(&house, &tenant).await;
    twilio.has_looked().await;
    for (told, found) in [("STOP", "START"), ("hello", "STOP")] {
        let number = if told == "STOP" { "%2B12025550123" } else { "%2B12025550124" };
        assert_eq!(twilio.texts(&format!("SM{told}"), number, told).await.status, 200);
        twilio.is_settled().await;
        network
            .lists(json!({"sid": format!("SM{told}{found}"), "direction": "inbound", "status": "received",
            "from": number.replace("%2B", "+"), "to": "+12025550100", "body": found, "num_media": "0"}));
        twilio.is_connected(&tenant).await;
        let talk = eventually("what was found", async || {
            let talk = twilio.conversations().await.remove(0);
            (talk["last_message"]["body"] == found).then_some(talk)
        })
        .await;
        let thread = format!("/api/conversations/{}/messages", talk["id"].as_str().unwrap());
        let refused = twilio.agent.post(&thread, json!({"body": "hi"})).await;
        assert_eq!(refused.refusal(), (422, "OPTED_OUT"), "{told}, and then {found}");
    }
    drop((tenant, twilio));
    house.close().await;
}

#[actix_web::test]
async fn a_call_nobody_told_of_is_missed_once_whichever_comes_second() {
    let (network, fake) = network().await;
    let house = House::with(&fake.settings(&[])).await;
    let tenant = house.tenant().await;
    let token = tenant.owners_token();
    let line = Line::of(&house, &tenant).await;
    line.carrier.has_looked().await;
    line.rings_as("CA1", "+12025550123").await;
    drop(tenant);
    network.missed("CA1", "completed");
    network.missed("CA2", "no-answer");
    network.missed("CA3", "in-progress");
    let Line { carrier, caller, .. } = line;
    let house = house.restart().await;
    let agent = house.listener(&token, &["calls"]).await;
    let line = Line { carrier: carrier.at(&house, &token), agent, caller };
    let calls = eventually("what was missed", async || {
        let calls = line.calls("").await;
        (calls.len() > 1).then_some(calls)
    })
    .await;
    let found = calls.iter().find(|call| call["provider"]["id"] == "CA2").unwrap();
    assert_eq!((&found["state"], &found["missed"]), (&json!("no_answer"), &json!(true)), "{found}");
    assert_eq!(
        (&found["started_at"], &found["ended_at"]),
        (&json!("2026-11-21T10:00:00.000Z"), &json!("2026-11-21T10:00:07.000Z"))
    );
    let late = line.rings_as("CA2", "+12025550123").await;
    assert_eq!((late.status, late.text.as_str()), (200, "<Response><Hangup/></Response>"));
    line.carrier.is_settled().await;
    assert_eq!(line.calls("").await.len(), 2, "one was told of, and one is not over");
    assert_eq!(line.carrier.kinds().await, ["voice", "voice/backfill"]);
    let history = line.ask().get(&format!("/api/calls/{}", found["id"].as_str().unwrap())).await;
    assert_eq!(history.body["rev"], 1);
    house.close().await;
}
