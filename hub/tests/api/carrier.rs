//! A company's account at Twilio, and Twilio as it calls: with forms, signed.

use actors::{asked::Asked, credential::KeepCredential, testing::eventually};
use data_encoding::BASE64;
use entities::Principal;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};

use super::{
    asking::{Answer, Asking},
    house::{House, ORIGIN},
    tenant::Tenant,
};

/// The account of the recorded webhooks.
pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
const NUMBER: &str = "+12025550100";

/// What Twilio answers with is no JSON.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) text: String,
}

/// Twilio, for one number of one tenant.
#[derive(Clone)]
pub(crate) struct Carrier {
    pub(crate) http: Asking,
    pub(crate) agent: Asking,
    pub(crate) channel: Value,
    auth_token: String,
}

impl Carrier {
    /// Connects the tenant, with an auth token of its own, and gives it a number.
    pub(crate) async fn of(house: &House, tenant: &Tenant) -> Self {
        let auth_token = tenant.id.as_uuid().simple().to_string();
        connect(tenant, json!({"account_sid": ACCOUNT, "auth_token": auth_token})).await;
        let agent = Asking::with(house, tenant.owners_token());
        let number = json!({"type": "twilio", "name": "Front", "address": NUMBER});
        let made = agent.post("/api/channels", number).await;
        assert_eq!(made.status, 201, "{made:?}");
        Self { http: Asking::nobody(house), agent, channel: made.body, auth_token }
    }

    /// The same at the hub that came back.
    pub(crate) fn at(self, house: &House, token: &str) -> Self {
        Self { http: Asking::nobody(house), agent: Asking::with(house, token.to_owned()), ..self }
    }

    /// The tenant keeps other credentials.
    pub(crate) async fn keep(&self, tenant: &Tenant, config: Value) {
        connect(tenant, config).await;
    }

    /// The path of one of the number's webhooks.
    pub(crate) fn path(&self, webhook: &str) -> String {
        format!("/api/webhooks/twilio/{}/{webhook}", self.channel["key"].as_str().unwrap())
    }

    /// As Twilio signs a call of `path` with this form.
    pub(crate) fn sign(&self, path: &str, form: &[u8]) -> String {
        sign::<Hmac<sha1::Sha1>>(&self.auth_token, path, form)
    }

    /// A call with this form, signed as somebody likes.
    pub(crate) fn call(&self, path: &str, form: &[u8], signature: &str) -> RequestBuilder {
        let call = self.http.request(Method::POST, path).body(form.to_vec());
        let call = call.header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
        call.header("X-Twilio-Signature", signature)
    }

    /// A good call.
    pub(crate) async fn sends(&self, webhook: &str, form: &[u8]) -> Heard {
        let path = self.path(webhook);
        heard(self.call(&path, form, &self.sign(&path, form))).await
    }

    /// A text from somebody.
    pub(crate) async fn texts(&self, sid: &str, from: &str, body: &str) -> Heard {
        let form = format!("AccountSid={ACCOUNT}&MessageSid={sid}&From={from}&To=%2B12025550100&Body={body}");
        self.sends("sms", form.as_bytes()).await
    }

    /// Waits until everything that was sent has had its effect, or was given up.
    pub(crate) async fn is_settled(&self) {
        eventually("everything settled", async || {
            let pending = self.agent.get("/api/webhook-receipts?status=pending").await;
            pending.ids().is_empty().then_some(())
        })
        .await;
    }

    pub(crate) async fn conversations(&self) -> Vec<Value> {
        listed(self.agent.get("/api/conversations?limit=200").await)
    }

    pub(crate) async fn thread(&self, conversation: &Value) -> Vec<Value> {
        let id = conversation["id"].as_str().unwrap();
        listed(self.agent.get(&format!("/api/conversations/{id}/messages?limit=200")).await)
    }

    pub(crate) async fn receipts(&self) -> Vec<Value> {
        listed(self.agent.get("/api/webhook-receipts?limit=200").await)
    }
}

fn listed(answer: Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["data"].as_array().unwrap().clone()
}

pub(crate) async fn heard(call: RequestBuilder) -> Heard {
    let answer = call.send().await.unwrap();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    let (status, content_type) = (answer.status().as_u16(), kind.unwrap_or_default());
    Heard { status, content_type, text: answer.text().await.unwrap() }
}

async fn connect(tenant: &Tenant, config: Value) {
    let keep =
        KeepCredential { provider: "twilio", config, shown: Map::new(), then: Some("message.backfill") };
    let asked = Asked::by(Principal::User(tenant.owner));
    tenant.hub.credentials.keep(tenant.id, &asked, &keep).await.unwrap();
}

/// As Twilio signs a call of `path` with this form, with a secret of whatever kind.
pub(crate) fn sign<M: Mac + KeyInit>(secret: &str, path: &str, form: &[u8]) -> String {
    let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{ORIGIN}{path}").as_bytes());
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = form
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap();
            (decoded(&pair[..at]), decoded(&pair[at + 1..]))
        })
        .collect();
    pairs.sort();
    for (name, value) in pairs {
        mac.update(&name);
        mac.update(&value);
    }
    BASE64.encode(&mac.finalize().into_bytes())
}

fn decoded(encoded: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_encoding::percent_decode(&spaced).collect()
}
