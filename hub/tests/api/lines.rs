//! A tenant that makes and takes calls, and a Twilio that carries them.

use std::collections::HashMap;

use actors::{
    clock::{Clock, SystemClock},
    testing::eventually,
};
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking},
    carrier::{ACCOUNT, Carrier, Heard},
    client::Client,
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::{House, ORIGIN},
    tenant::Tenant,
};

pub(crate) const THEIRS: &str = "+12025550123";
/// Whoever is called there is called, and we are never answered.
pub(crate) const LOST: &str = "+12025550199";
/// What Twilio calls the room of every call here.
pub(crate) const ROOM: &str = "CF00000000000000000000000000000001";

/// Twilio, where every leg it is asked for comes about.
pub(crate) struct Exchange(FakeTwilio);

impl Exchange {
    pub(crate) async fn start() -> Self {
        // By who asked: every house has its own.
        let mut lost: HashMap<String, Value> = HashMap::new();
        let twilio = FakeTwilio::start(move |asked| {
            let last = asked.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json").to_owned();
            if asked.verb == "GET" {
                let lost = lost.get(&asked.authorization);
                let calls: Vec<&Value> =
                    lost.into_iter().filter(|it| it["to"] == asked.param("To")).collect();
                return Reply::Json(
                    200,
                    json!({"messages": [], "calls": calls, "sid": last, "status": "in-progress"}),
                );
            }
            if last == "Calls" {
                let rung = rung(asked);
                if asked.param("To") != LOST {
                    return Reply::Json(201, rung);
                }
                lost.insert(asked.authorization.clone(), rung);
                return Reply::Cut;
            }
            if last == "Participants" {
                let label = asked.param("Label");
                return Reply::Json(
                    201,
                    json!({"call_sid": sid(label), "conference_sid": ROOM, "label": label}),
                );
            }
            if asked.path.contains("/Participants/") {
                let (muted, hold) = (asked.param("Muted") == "true", asked.param("Hold") == "true");
                return Reply::Json(200, json!({"call_sid": last, "muted": muted, "hold": hold}));
            }
            if asked.path.contains("/Recordings") {
                let call = asked.path.split('/').rev().nth(usize::from(last == "Twilio.CURRENT") + 1);
                let (status, recorded) =
                    if last == "Recordings" { (201, "in-progress") } else { (200, "stopped") };
                let sid = call.unwrap_or_default().replace("CA", "RE");
                return Reply::Json(status, json!({"sid": sid, "status": recorded}));
            }
            Reply::Json(200, json!({"sid": last, "status": "completed"}))
        });
        Self(twilio.await)
    }

    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        self.0.settings(&[])
    }

    /// Every request whose path ends so.
    pub(crate) fn asked(&self, end: &str) -> Vec<Asked> {
        let asked = self.0.asked().into_iter();
        asked.filter(|asked| asked.verb == "POST" && asked.path.ends_with(end)).collect()
    }

    /// The requests to call somebody into this room, once there are so many.
    pub(crate) async fn dialled(&self, room: &str, count: usize) -> Vec<Asked> {
        eventually("somebody is called", async || {
            let asked = self.asked(&format!("/Conferences/{room}/Participants.json"));
            (asked.len() >= count).then_some(asked)
        })
        .await
    }

    /// A request about this leg, once there is one.
    pub(crate) async fn told(&self, end: &str, name: &str, value: &str) -> Asked {
        eventually("it is asked for", async || {
            self.asked(end).into_iter().find(|asked| asked.param(name).starts_with(value))
        })
        .await
    }
}

/// A call to somebody who is to say that he takes it, as Twilio has it.
fn rung(asked: &Asked) -> Value {
    let url = reqwest::Url::parse(asked.param("Url")).unwrap();
    let (_, leg) = url.query_pairs().find(|(name, _)| name == "leg").unwrap();
    let now = jiff::Timestamp::from_microsecond(SystemClock.now().as_micros()).unwrap();
    let now = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    json!({
        "sid": sid(&leg), "status": "queued", "direction": "outbound-api", "date_created": now,
        "to": asked.param("To"), "from": asked.param("From"),
    })
}

/// What Twilio calls a leg it was asked for.
pub(crate) fn sid(leg: &str) -> String {
    format!("CA{}", leg.replace('-', ""))
}

/// A tenant with a number, and one agent who is here.
pub(crate) struct Line {
    pub(crate) carrier: Carrier,
    pub(crate) agent: Client,
    /// What Twilio calls the call of the one who calls here.
    pub(crate) caller: String,
}

impl Line {
    pub(crate) async fn of(house: &House, tenant: &Tenant) -> Self {
        let carrier = Carrier::of(house, tenant).await;
        let agent = house.listener(&tenant.owners_token(), &["calls"]).await;
        Self { carrier, agent, caller: sid(&tenant.id.to_string()) }
    }

    pub(crate) fn ask(&self) -> &Asking {
        &self.carrier.agent
    }

    /// Somebody calls.
    pub(crate) async fn rings(&self, from: &str) -> Heard {
        self.rings_as(&self.caller, from).await
    }

    pub(crate) async fn rings_as(&self, sid: &str, from: &str) -> Heard {
        let from = from.replace('+', "%2B");
        let form = format!(
            "AccountSid={ACCOUNT}&CallSid={sid}&From={from}&To=%2B12025550100&CallStatus=ringing&Direction=inbound"
        );
        self.carrier.sends("voice", form.as_bytes()).await
    }

    /// A leg comes so far, at that second of an hour.
    pub(crate) async fn comes(&self, (call, leg): (&str, &str), status: &str, second: u32) {
        let path = format!("voice/status?call={call}&leg={leg}");
        assert_eq!(self.tells(&path, &sid(leg), status, second).await.status, 204);
    }

    /// The same, of the caller's own.
    pub(crate) async fn caller_comes(&self, status: &str, second: u32) {
        assert_eq!(self.tells("voice/status", &self.caller, status, second).await.status, 204);
    }

    pub(crate) async fn tells(&self, path: &str, sid: &str, status: &str, second: u32) -> Heard {
        let (minute, second) = (second / 60, second % 60);
        let at = format!("Sat%2C%2021%20Nov%202026%2010%3A{minute:02}%3A{second:02}%20%2B0000");
        let form = format!("AccountSid={ACCOUNT}&CallSid={sid}&CallStatus={status}&Timestamp={at}");
        self.carrier.sends(path, form.as_bytes()).await
    }

    /// Where Twilio is to fetch what it says into a call.
    pub(crate) fn announcement(&self, id: &str) -> String {
        format!("{ORIGIN}{}?call={id}", self.carrier.path("voice/announce"))
    }

    /// Twilio fetches what it is to say.
    pub(crate) async fn fetches(&self, asked: &Asked) -> Heard {
        let address = asked.param("AnnounceUrl").split('#').next().unwrap();
        let (_, query) = address.split_once('?').unwrap();
        let path = format!("voice/announce?{query}");
        self.carrier.sends(&path, format!("AccountSid={ACCOUNT}&ConferenceSid={ROOM}").as_bytes()).await
    }

    /// It was said, or was not: `announcement-end` or `announcement-fail`.
    pub(crate) async fn announced(&self, asked: &Asked, what: &str, order: u32) {
        let mut form = reqwest::Url::parse("http://-").unwrap();
        form.query_pairs_mut()
            .append_pair("AccountSid", ACCOUNT)
            .append_pair("ConferenceSid", ROOM)
            .append_pair("FriendlyName", &self.caller)
            .append_pair("SequenceNumber", &order.to_string())
            .append_pair("StatusCallbackEvent", what)
            .append_pair("AnnounceUrl", asked.param("AnnounceUrl"));
        let told = self.carrier.sends("conference", form.query().unwrap().as_bytes()).await;
        assert_eq!(told.status, 204, "{told:?}");
    }

    /// Somebody comes into the room, the caller when it is no leg of ours, at that second of an hour.
    pub(crate) async fn joins(&self, leg: Option<&str>, second: u32) {
        let (sid, label) = match leg {
            Some(leg) => (sid(leg), format!("&ParticipantLabel={leg}")),
            None => (self.caller.clone(), String::new()),
        };
        let form = format!(
            "AccountSid={ACCOUNT}&ConferenceSid={ROOM}&FriendlyName={}&SequenceNumber={second}&StatusCallbackEvent=participant-join\
             &CallSid={sid}{label}&Timestamp=Sat%2C%2021%20Nov%202026%2010%3A00%3A{second:02}%20%2B0000",
            self.caller
        );
        let told = self.carrier.sends("conference", form.as_bytes()).await;
        assert_eq!(told.status, 204, "{told:?}");
    }

    /// Changes how calls to the number are taken.
    pub(crate) async fn set_voice(&self, voice: Value) {
        let channel = format!("/api/channels/{}", self.carrier.channel["id"].as_str().unwrap());
        let set = self.ask().patch(&channel, json!({"settings": {"voice": voice}})).await;
        assert_eq!(set.status, 200, "{set:?}");
    }

    /// The call, once it is as it should be.
    pub(crate) async fn call(&self, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        eventually("the call comes so far", async || {
            let call = self.ask().get(&format!("/api/calls/{id}")).await.body;
            is_so(&call).then_some(call)
        })
        .await
    }

    /// All calls, the latest first.
    pub(crate) async fn calls(&self, filter: &str) -> Vec<Value> {
        let listed = self.ask().get(&format!("/api/calls?{filter}")).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        listed.body["data"].as_array().unwrap().clone()
    }

    pub(crate) async fn does(&self, id: &str, verb: &str, body: Value) -> Answer {
        self.ask().post(&format!("/api/calls/{id}/{verb}"), body).await
    }
}

/// The leg of ours.
pub(crate) fn own_leg(call: &Value) -> String {
    let legs = call["legs"].as_array().unwrap();
    legs.iter().find(|leg| leg["party"]["user_id"].is_string()).unwrap()["id"].as_str().unwrap().to_owned()
}

/// The next event of this kind.
pub(crate) async fn event(line: &mut Line, kind: &str) -> Value {
    loop {
        let event = line.agent.event().await;
        if event["type"] == kind {
            return event;
        }
    }
}

pub(crate) fn id_of(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// A call that the agent has taken and talks on: its id, and that of his leg.
pub(crate) async fn talking(line: &mut Line, exchange: &Exchange) -> (String, String) {
    line.rings(THEIRS).await;
    let offered = event(line, "call.offered").await;
    let id = id_of(&offered["data"]["call"]);
    let taken = line.agent.call("call.answer", json!({"call_id": id, "client_id": line.caller})).await;
    let leg = own_leg(&taken["call"]);
    exchange.dialled(&line.caller, 1).await;
    line.comes((&id, &leg), "in-progress", 8).await;
    line.call(&id, |call| call["state"] == "in_progress").await;
    (id, leg)
}
