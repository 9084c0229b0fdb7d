//! A tenant that texts, and a Twilio to which things happen.

use actors::testing::eventually;
use serde_json::{Value, json};

use super::{
    asking::{Answer, Asking},
    carrier::Carrier,
    fake_twilio::{Asked, FakeTwilio, Reply},
    house::House,
    tenant::Tenant,
};

pub(crate) const THEIRS: &str = "+12025550123";
pub(crate) const OTHERS: &str = "+12025550124";
pub(crate) const OPTED_OUT: (u16, &str) = (422, "OPTED_OUT");

/// Twilio. What begins with "blocked" is for somebody who opted out there, and for what begins with "later" it is out of order.
pub(crate) struct Network(FakeTwilio);

impl Network {
    pub(crate) async fn start() -> Self {
        let mut taken = 0;
        let refusal =
            |status, code| Reply::Json(status, json!({"code": code, "message": "no", "status": status}));
        let twilio = FakeTwilio::start(move |asked| {
            if asked.verb == "GET" {
                return Reply::Json(200, json!({"messages": [], "calls": []}));
            }
            if asked.param("Body").starts_with("blocked") {
                return refusal(400, 21_610);
            }
            if asked.param("Body").starts_with("later") {
                return refusal(503, 20_503);
            }
            taken += 1;
            Reply::Json(201, json!({"sid": format!("SM{taken:032}"), "status": "queued", "error_code": null}))
        });
        Self(twilio.await)
    }

    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        self.0.settings(&[("PROVIDERS__TWILIO__MESSAGES_PER_S", "1000")])
    }

    /// Every request to send this.
    pub(crate) fn asked(&self, body: &str) -> Vec<Asked> {
        let asked = self.0.asked().into_iter();
        asked.filter(|asked| asked.verb == "POST" && asked.param("Body") == body).collect()
    }
}

/// A tenant with a number.
pub(crate) struct Desk {
    pub(crate) twilio: Carrier,
}

impl Desk {
    pub(crate) async fn of(house: &House, tenant: &Tenant) -> Self {
        Self { twilio: Carrier::of(house, tenant).await }
    }

    pub(crate) fn ask(&self) -> &Asking {
        &self.twilio.agent
    }

    /// A text that has had its effect.
    pub(crate) async fn hears(&self, sid: &str, from: &str, body: &str) {
        let answer = self.twilio.texts(sid, &from.replace('+', "%2B"), &body.replace(' ', "+")).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "<Response/>"), "{answer:?}");
        self.twilio.is_settled().await;
    }

    pub(crate) async fn talk(&self) -> String {
        self.twilio.conversations().await[0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn says(&self, talk: &str, body: &str) -> Answer {
        self.ask().post(&format!("/api/conversations/{talk}/messages"), json!({"body": body})).await
    }

    pub(crate) async fn starts(&self, to: &str, body: &str) -> Answer {
        let start = json!({"channel_id": self.twilio.channel["id"], "to": to, "body": body});
        self.ask().post("/api/conversations", start).await
    }

    /// The message, once it is as it should be.
    pub(crate) async fn reaches(&self, talk: &str, id: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/api/conversations/{talk}/messages?limit=200");
        eventually("the message comes so far", async || {
            let thread = self.ask().get(&path).await.body["data"].take();
            let message = thread.as_array()?.iter().find(|message| message["id"] == id)?.clone();
            is_so(&message).then_some(message)
        })
        .await
    }

    pub(crate) async fn contact(&self) -> String {
        self.twilio.conversations().await[0]["contact"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn ledger(&self, contact: &str) -> Vec<Value> {
        let listed = self.ask().get(&format!("/api/contacts/{contact}/consents")).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        listed.body["data"].as_array().unwrap().clone()
    }

    pub(crate) async fn events(&self, kind: &str) -> Vec<Value> {
        self.ask().get(&format!("/api/events?type={kind}")).await.body["data"].as_array().unwrap().clone()
    }
}
