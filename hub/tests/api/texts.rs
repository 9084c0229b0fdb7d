//! Texts out, through a provider that takes them, refuses them, loses its answers, and hangs up.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use actors::{
    clock::{Clock, SystemClock},
    testing::eventually,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking, answered},
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::{House, over_both},
    tenant::Tenant,
};

const SID: &str = "AC00000000000000000000000000000001";
const OURS: &str = "+14155552671";
const THEIRS: &str = "+14155552672";

/// What the provider took, and how often it was asked about each body.
#[derive(Clone, Default)]
struct Network(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    taken: Vec<Value>,
    tries: HashMap<String, usize>,
}

impl Network {
    /// The first word of a body says what becomes of it.
    fn answer(&self, asked: &Asked) -> Reply {
        let mut inside = self.0.lock().unwrap();
        if asked.path.ends_with(&format!("{SID}.json")) {
            return Reply::Json(200, json!({ "sid": SID, "status": "active" }));
        }
        if asked.verb == "GET" {
            let ours = |it: &&Value| it["to"] == asked.param("To") && it["from"] == asked.param("From");
            let messages: Vec<_> = inside.taken.iter().filter(ours).rev().cloned().collect();
            return Reply::Json(200, json!({ "messages": messages, "calls": [], "next_page_uri": null }));
        }
        let body = asked.param("Body").to_owned();
        let tries = inside.tries.entry(body.clone()).or_default();
        *tries += 1;
        let first = *tries == 1;
        match body.split_whitespace().next().unwrap_or_default() {
            "optout" => refusal(400, 21_610),
            "unowned" => refusal(400, 21_606),
            "locked" => refusal(401, 20_003),
            "busy" if first => Reply::After(429, json!({ "code": 20_429, "status": 429 }), 1),
            "fault" if first => Reply::Json(503, json!({ "code": 20_503, "status": 503 })),
            "unsent" if first => Reply::Cut,
            "lost" => {
                inside.take(asked);
                Reply::Cut
            }
            "twins" => {
                inside.take(asked);
                inside.take(asked);
                Reply::Cut
            }
            _ => Reply::Json(201, inside.take(asked)),
        }
    }

    /// Names of what was taken with this body.
    fn taken(&self, body: &str) -> Vec<String> {
        let inside = self.0.lock().unwrap();
        let these = inside.taken.iter().filter(|it| it["body"] == body);
        these.map(|it| it["sid"].as_str().unwrap().to_owned()).collect()
    }

    fn bodies(&self, of: &str) -> Vec<String> {
        let inside = self.0.lock().unwrap();
        let bodies = inside.taken.iter().map(|it| it["body"].as_str().unwrap().to_owned());
        bodies.filter(|body| body.contains(of)).collect()
    }
}

impl Inside {
    fn take(&mut self, asked: &Asked) -> Value {
        let sid = format!("SM{:032}", self.taken.len() + 1);
        let now = jiff::Timestamp::from_microsecond(SystemClock.now().as_micros()).unwrap();
        let now = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
        let resource = json!({
            "sid": sid, "account_sid": SID, "status": "queued", "error_code": null, "direction": "outbound-api",
            "to": asked.param("To"), "from": asked.param("From"), "body": asked.param("Body"), "date_created": now,
        });
        self.taken.push(resource.clone());
        resource
    }
}

fn refusal(status: u16, code: i64) -> Reply {
    Reply::Json(status, json!({ "code": code, "message": "no", "more_info": "", "status": status }))
}

/// A tenant that is connected, with a number.
struct Desk {
    ask: Asking,
    channel: String,
    /// What makes its bodies its own.
    mark: String,
}

impl Desk {
    async fn open(house: &House) -> (Tenant, Self) {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let account = json!({ "account_sid": SID, "auth_token": "0123456789abcdef0123456789abcdef" });
        let kept = answered(ask.request(Method::PUT, "/api/credentials/twilio").json(&account)).await;
        assert_eq!(kept.status, 200, "{kept:?}");
        let channel = ask
            .post("/api/channels", json!({ "type": "twilio", "name": "Line", "address": OURS }))
            .await
            .id();
        let mark = tenant.id.to_string();
        (tenant, Self { ask, channel, mark })
    }

    fn body(&self, word: &str) -> String {
        format!("{word} {}", self.mark)
    }

    async fn start(&self, word: &str) -> Answer {
        self.start_with(word, THEIRS).await
    }

    async fn start_with(&self, word: &str, to: &str) -> Answer {
        let start = json!({ "channel_id": self.channel, "to": to, "body": self.body(word) });
        self.ask.post("/api/conversations", start).await
    }

    /// The newest messages of a conversation, once the first of them is as it should be.
    async fn reaches(&self, conversation: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/api/conversations/{conversation}/messages");
        eventually("the message comes so far", async || {
            let message = self.ask.get(&path).await.body["data"][0].take();
            is_so(&message).then_some(message)
        })
        .await
    }

    async fn jobs(&self, status: &str) -> Vec<Value> {
        let listed = self.ask.get(&format!("/api/jobs?status={status}&kind=message.send")).await;
        listed.body["data"].as_array().unwrap().clone()
    }
}

async fn network() -> (Network, FakeTwilio) {
    let network = Network::default();
    let answering = network.clone();
    (network, FakeTwilio::start(move |asked| answering.answer(asked)).await)
}

/// Nothing waits long, and a test may look as often as it likes.
fn settings(twilio: &FakeTwilio) -> Vec<(&str, &str)> {
    let quick = [("PROVIDERS__TWILIO__SETTLE_S", "1"), ("PROVIDERS__TWILIO__MESSAGES_PER_S", "1000")];
    twilio.settings(&quick)
}

#[actix_web::test]
async fn a_text_is_queued_with_what_it_owes_and_sent_once() {
    let (network, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("hello").await;
        assert_eq!((begun.status, &begun.body["message"]["status"]), (201, &json!("queued")), "{begun:?}");
        let message =
            desk.reaches(&begun.id(), |message| message["status"] == "sending" && message["rev"] == 3).await;
        assert_eq!(network.taken(&desk.body("hello")).len(), 1);
        assert_eq!(message["error"], json!(null));
        let events = desk.ask.get("/api/events?type=message.status_changed").await;
        assert_eq!(events.body["data"].as_array().unwrap().len(), 2, "handed over, and taken");
        eventually("the job is done", async || (desk.jobs("done").await.len() == 1).then_some(())).await;
    })
    .await;
    let sent: Vec<_> = twilio.asked().into_iter().filter(|asked| asked.verb == "POST").collect();
    assert!(sent.iter().all(|asked| asked.param("To") == THEIRS && asked.param("From") == OURS));
}

#[actix_web::test]
async fn without_credentials_nothing_is_said_and_nobody_is_made() {
    over_both(&[], async |house| {
        let tenant = house.tenant().await;
        let ask = Asking::with(house, tenant.owners_token());
        let channel = ask
            .post("/api/channels", json!({ "type": "twilio", "name": "Line", "address": OURS }))
            .await
            .id();
        let start = json!({ "channel_id": channel, "to": THEIRS, "body": "Hello" });
        let refused = ask.post("/api/conversations", start).await;
        assert_eq!(refused.refusal(), (400, "NOT_CONNECTED"));
        assert_eq!(refused.body["error"], "Twilio not configured");
        assert_eq!(refused.body["details"]["hint"], "please connect Twilio in settings");
        assert!(ask.get("/api/contacts").await.ids().is_empty());
        let silent = json!({ "channel_id": channel, "to": THEIRS });
        let begun = ask.post("/api/conversations", silent).await;
        let path = format!("/api/conversations/{}/messages", begun.id());
        assert_eq!(ask.post(&path, json!({ "body": "Hello" })).await.refusal(), (400, "NOT_CONNECTED"));
        assert_eq!(ask.post(&path, json!({ "body": "Hello", "private": true })).await.status, 201);
    })
    .await;
}

#[actix_web::test]
async fn what_a_text_cannot_hold_is_refused_before_it_is_said() {
    let (_, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let start = |body: String| json!({ "channel_id": desk.channel, "to": THEIRS, "body": body });
        let refused = desk.ask.post("/api/conversations", start("ü".repeat(1_601))).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "body"));
        let file = desk.ask.upload("a.txt", b"hello").await.id();
        let mut with_file = start("hello".to_owned());
        with_file["attachments"] = json!([file]);
        let refused = desk.ask.post("/api/conversations", with_file).await;
        assert_eq!((refused.refusal(), refused.field()), ((422, "INVALID"), "attachments[0]"));
        assert!(desk.ask.get("/api/contacts").await.ids().is_empty());
        assert_eq!(desk.ask.post("/api/conversations", start("ü".repeat(1_600))).await.status, 201);
    })
    .await;
}

#[actix_web::test]
async fn what_the_recipient_cannot_get_has_failed_in_a_sentence() {
    let (network, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("optout").await;
        let message = desk.reaches(&begun.id(), |message| message["status"] == "failed").await;
        let sentence = "The recipient has opted out of messages from this number";
        assert_eq!(message["error"], json!({ "code": "21610", "message": sentence }));
        assert!(network.taken(&desk.body("optout")).is_empty());
        eventually("the job is over", async || (desk.jobs("done").await.len() == 1).then_some(())).await;
    })
    .await;
}

#[actix_web::test]
async fn what_a_person_can_mend_is_given_up_and_sent_when_he_did() {
    let (_, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("unowned").await;
        let message = desk.reaches(&begun.id(), |message| message["status"] == "failed").await;
        assert_eq!(message["error"]["code"], "21606");
        let dead = eventually("the job is given up", async || desk.jobs("dead").await.pop()).await;
        assert!(dead["last_error"].as_str().unwrap().starts_with("21606"), "{dead}");
        let again = format!("/api/jobs/{}/redrive", dead["id"].as_str().unwrap());
        assert_eq!(desk.ask.post(&again, json!({})).await.status, 200);
        let asked =
            || twilio.asked().iter().filter(|asked| asked.param("Body") == desk.body("unowned")).count();
        eventually("it is sent again", async || (asked() == 2).then_some(())).await;
    })
    .await;
}

#[actix_web::test]
async fn what_fails_for_a_moment_is_tried_again_and_nothing_overtakes_it() {
    let (network, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("busy").await;
        let path = format!("/api/conversations/{}/messages", begun.id());
        for word in ["fault", "third"] {
            assert_eq!(desk.ask.post(&path, json!({ "body": desk.body(word) })).await.status, 201);
        }
        desk.reaches(&begun.id(), |message| message["rev"] == 3).await;
        let order = ["busy", "fault", "third"].map(|word| desk.body(word));
        assert_eq!(network.bodies(&desk.mark), order);
    })
    .await;
}

#[actix_web::test]
async fn an_answer_that_is_lost_is_looked_for_and_nothing_is_sent_twice() {
    let (network, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        // The same was said before: that one is known, and is not taken for this one.
        let begun = desk.start("lost").await;
        desk.reaches(&begun.id(), |message| message["rev"] == 3).await;
        let path = format!("/api/conversations/{}/messages", begun.id());
        desk.ask.post(&path, json!({ "body": desk.body("lost") })).await;
        desk.reaches(&begun.id(), |message| message["rev"] == 3).await;
        assert_eq!(network.taken(&desk.body("lost")).len(), 2);
        eventually("both jobs are done", async || (desk.jobs("done").await.len() == 2).then_some(())).await;
        let posts = twilio
            .asked()
            .into_iter()
            .filter(|it| it.verb == "POST" && it.param("Body") == desk.body("lost"));
        assert_eq!(posts.count(), 2);
    })
    .await;
}

#[actix_web::test]
async fn a_request_that_was_certainly_lost_is_sent_again() {
    let (network, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("unsent").await;
        desk.reaches(&begun.id(), |message| message["rev"] == 3).await;
        assert_eq!(network.taken(&desk.body("unsent")).len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn where_nobody_can_tell_a_person_decides() {
    let (network, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("twins").await;
        let unknown = eventually("the job is in doubt", async || desk.jobs("unknown").await.pop()).await;
        assert!(unknown["last_error"].as_str().unwrap().contains("more than one"), "{unknown}");
        let message =
            desk.reaches(&begun.id(), |message| message["error"]["code"] == "UNKNOWN_OUTCOME").await;
        assert_eq!(message["status"], "sending");
        assert_eq!(network.taken(&desk.body("twins")).len(), 2, "and nothing was sent since");
        let told = desk.ask.get("/api/events?type=job.dead").await;
        assert_eq!(told.body["data"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn credentials_that_are_not_taken_any_more_send_nothing_until_they_are_given_anew() {
    let (_, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("locked").await;
        let message = desk.reaches(&begun.id(), |message| message["status"] == "failed").await;
        assert_eq!(message["error"]["code"], "20003");
        let path = format!("/api/conversations/{}/messages", begun.id());
        assert_eq!(desk.ask.post(&path, json!({ "body": "hello" })).await.refusal(), (400, "NOT_CONNECTED"));
        let told = desk.ask.get("/api/integrations").await.body["data"][0].take();
        assert_eq!(
            (&told["connected"], &told["verification_error"]),
            (&json!(false), &json!("Twilio does not take the credentials"))
        );
    })
    .await;
}

#[actix_web::test]
async fn a_number_sends_no_faster_than_it_may() {
    let (network, twilio) = network().await;
    over_both(&twilio.settings(&[]), async |house| {
        let (_, desk) = Desk::open(house).await;
        let all = (2..6).map(|last| format!("+1415555267{last}")).collect::<Vec<_>>();
        let begun = futures::future::join_all(all.iter().map(|to| desk.start_with("hello", to))).await;
        assert!(begun.iter().all(|begun| begun.status == 201), "{begun:?}");
        let done = eventually("all are sent", async || {
            Some(desk.jobs("done").await).filter(|done| done.len() == all.len())
        })
        .await;
        assert_eq!(network.taken(&desk.body("hello")).len(), all.len());
        let mut waited = 0;
        for job in done {
            let path = format!("/api/jobs/{}/attempts", job["id"].as_str().unwrap());
            let attempts = desk.ask.get(&path).await.body["data"].take();
            let attempts = attempts.as_array().unwrap().iter();
            waited += attempts.filter(|attempt| attempt["outcome"] == "waited").count();
        }
        assert!(waited > 0, "one a second");
    })
    .await;
}

#[actix_web::test]
async fn what_is_taken_back_in_time_is_not_sent() {
    let (network, twilio) = network().await;
    over_both(&settings(&twilio), async |house| {
        let (_, desk) = Desk::open(house).await;
        let begun = desk.start("busy").await;
        let path = format!("/api/conversations/{}/messages", begun.id());
        let second = desk.ask.post(&path, json!({ "body": desk.body("second") })).await;
        assert_eq!(desk.ask.delete(&format!("/api/messages/{}", second.id())).await.status, 204);
        eventually("both jobs are done", async || (desk.jobs("done").await.len() == 2).then_some(())).await;
        assert!(network.taken(&desk.body("second")).is_empty());
        let canceled = desk.ask.get("/api/events?type=message.status_changed").await.body.to_string();
        assert!(canceled.contains("canceled"));
    })
    .await;
}
