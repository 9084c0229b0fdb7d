//! A hub that comes back from a backup, and a provider that remembers what was sent meanwhile.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use actors::{
    clock::{Clock, SystemClock},
    event::log::extent,
    testing::eventually,
};
use hub::{
    backup::{self, Watch},
    config::{Settings, layered},
};
use migrations::testing::PostgresDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    asking::{Asking, answered},
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::House,
    tenant::Tenant,
};

const SID: &str = "AC00000000000000000000000000000001";
const OURS: &str = "+14155552671";
const THEIRS: &str = "+14155552672";
const OTHERS: &str = "+14155552673";
const NEVER: &str = "kept back until the hub is restored";

struct Nobody;

impl Watch for Nobody {
    fn begin(&self, _: &'static str, _: Option<u64>) {}
    fn step(&self) {}
}

/// A provider that takes nothing until it is told to.
#[derive(Clone, Default)]
struct Network(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    is_open: bool,
    takes_all: bool,
    taken: Vec<Value>,
}

impl Network {
    fn answer(&self, asked: &Asked) -> Reply {
        let mut inside = self.0.lock().unwrap();
        if asked.path.ends_with(&format!("{SID}.json")) {
            return Reply::Json(200, json!({ "sid": SID, "status": "active" }));
        }
        if asked.verb == "GET" {
            let these = |it: &&Value| it["to"] == asked.param("To") && it["from"] == asked.param("From");
            let messages: Vec<_> = inside.taken.iter().filter(these).rev().cloned().collect();
            return Reply::Json(200, json!({ "messages": messages, "calls": [], "next_page_uri": null }));
        }
        if !inside.is_open || (asked.param("Body") == NEVER && !inside.takes_all) {
            return Reply::After(503, json!({ "code": 20_503, "status": 503 }), 1);
        }
        let sid = format!("SM{:032}", inside.taken.len() + 1);
        let now = jiff::Timestamp::from_microsecond(SystemClock.now().as_micros()).unwrap();
        let now = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
        let resource = json!({
            "sid": sid, "status": "queued", "error_code": null, "direction": "outbound-api", "date_created": now,
            "to": asked.param("To"), "from": asked.param("From"), "body": asked.param("Body"),
        });
        inside.taken.push(resource.clone());
        Reply::Json(201, resource)
    }

    /// From now on it takes texts, all of them or not.
    fn open(&self, takes_all: bool) {
        let mut inside = self.0.lock().unwrap();
        (inside.is_open, inside.takes_all) = (true, takes_all);
    }

    /// What it took, in order.
    fn taken(&self) -> Vec<String> {
        let inside = self.0.lock().unwrap();
        inside.taken.iter().map(|it| it["body"].as_str().unwrap().to_owned()).collect()
    }
}

/// What the settings of a hub in this folder, and over this database, have beside the usual.
fn settings<'a>(url: &'a str, place: &'a Path) -> Vec<(&'a str, &'a str)> {
    vec![
        ("PROVIDERS__TWILIO__BASE_URL", url),
        ("PROVIDERS__TWILIO__SETTLE_S", "1"),
        ("PROVIDERS__TWILIO__MESSAGES_PER_S", "1000"),
        ("LIMITS__REQUESTS_PER_S", "100000"),
        ("LIMITS__BURST", "100000"),
        ("DATA__DIR", place.to_str().unwrap()),
    ]
}

/// As the command line has them.
fn command_line(own: &[(&str, &str)], database: Option<&PostgresDatabase>) -> Settings {
    let url = database.map(PostgresDatabase::url);
    let all = own.iter().copied().chain(url.as_deref().map(|url| ("DATABASE__URL", url)));
    let all = all.map(|(name, value)| (format!("SWITCHBOARD__{name}"), value.to_owned()));
    layered(None, all.collect::<HashMap<_, _>>()).unwrap()
}

async fn house(own: &[(&str, &str)], database: Option<PostgresDatabase>) -> House {
    match database {
        Some(database) => House::over(own, database).await,
        None => House::with(own).await,
    }
}

/// Both databases, as far as they are there: one to lose and one to come back to.
async fn both() -> Vec<[Option<PostgresDatabase>; 2]> {
    let mut both = vec![[None, None]];
    if let (Some(lost), Some(found)) = (PostgresDatabase::create().await, PostgresDatabase::create().await) {
        both.push([Some(lost), Some(found)]);
    }
    both
}

/// A tenant with a number, and somebody it texts.
async fn connected(house: &House) -> (Tenant, Asking, String) {
    let tenant = house.tenant().await;
    let ask = Asking::with(house, tenant.owners_token());
    let account = json!({ "account_sid": SID, "auth_token": "0123456789abcdef0123456789abcdef" });
    let kept = answered(ask.request(Method::PUT, "/api/credentials/twilio").json(&account)).await;
    assert_eq!(kept.status, 200, "{kept:?}");
    let number = json!({ "type": "twilio", "name": "Line", "address": OURS });
    let channel = ask.post("/api/channels", number).await.id();
    (tenant, ask, channel)
}

#[actix_web::test]
async fn what_was_sent_after_the_backup_is_not_sent_again_and_what_was_not_is_sent_once() {
    for [lost, found] in both().await {
        let network = Network::default();
        let answering = network.clone();
        let twilio = FakeTwilio::start(move |asked| answering.answer(asked)).await;
        let folder = tempfile::tempdir().unwrap();
        let [old, new, copy] = ["old", "new", "copy"].map(|name| folder.path().join(name));
        let before = house(&settings(&twilio.url, &old), lost).await;
        let (tenant, ask, channel) = connected(&before).await;
        let start = |to: &str, body: &str| json!({ "channel_id": channel, "to": to, "body": body });
        let talk = ask.post("/api/conversations", start(THEIRS, "owed")).await.id();
        assert_eq!(ask.post("/api/conversations", start(OTHERS, NEVER)).await.status, 201);
        let thread = format!("/api/conversations/{talk}/messages");
        let at = before.hub.ports.now().plus(Duration::from_secs(2)).to_string();
        let later = ask.post(&thread, json!({ "body": "due", "scheduled_at": at })).await;
        assert_eq!(later.status, 201, "{later:?}");
        let file = ask.upload("a.txt", b"for ever").await.id();
        backup::take(&before.hub.settings, (&copy, false), &Nobody).await.unwrap();
        network.open(false);
        eventually("both are sent", async || (network.taken() == ["owed", "due"]).then_some(())).await;
        let lived = extent(before.hub.ports.store(), tenant.id).await.unwrap().unwrap();
        let Tenant { id, owner, webchat, .. } = tenant;
        before.close().await;

        let own = settings(&twilio.url, &new);
        backup::restore(&command_line(&own, found.as_ref()), &copy, &Nobody).await.unwrap();
        network.open(true);
        let after = house(&own, found).await;
        let tenant = Tenant { hub: after.hub.clone(), id, owner, webchat };
        let ask = Asking::with(&after, tenant.owners_token());
        let names = eventually("the provider has all of them", async || {
            let said = ask.get(&thread).await.body["data"].take();
            let said: Vec<_> =
                said.as_array()?.iter().map(|it| (it["body"].clone(), it["status"].clone())).collect();
            let all = ["due", "owed"].map(|body| (json!(body), json!("sending")));
            (said == all && network.taken().len() == 3).then_some(network.taken())
        })
        .await;
        assert_eq!(names, ["owed", "due", NEVER], "nothing twice");
        let done = "/api/jobs?kind=message.send&status=done";
        eventually("all is done", async || (ask.get(done).await.ids().len() == 3).then_some(())).await;
        let lives = extent(after.hub.ports.store(), tenant.id).await.unwrap().unwrap();
        assert_ne!(lived.incarnation, lives.incarnation, "clients load anew");
        let content = ask.request(Method::GET, &format!("/api/attachments/{file}")).send().await.unwrap();
        assert_eq!(content.bytes().await.unwrap(), "for ever");
        drop(tenant);
        after.close().await;
    }
}
