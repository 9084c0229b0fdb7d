//! A company's number: a Twilio that does what it is asked, and calls as it calls, with signed forms.

use std::collections::HashMap;
use std::net::TcpListener;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, http::Method, web};
use data_encoding::BASE64;
use hmac::{Hmac, Mac};
use reqwest::Client;
use serde_json::{Value, json};

use crate::hub::{Company, Hub};

pub(crate) const THEIRS: &str = "+12025550123";
const ACCOUNT: &str = "AC00000000000000000000000000000001";
const AUTH_TOKEN: &str = "0123456789abcdef0123456789abcdef";
const CALLER: &str = "CA00000000000000000000000000000001";

/// Serves Twilio's REST on a port of this machine; where.
pub(crate) fn exchange() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = HttpServer::new(|| App::new().default_service(web::to(answer)));
    tokio::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
    base
}

/// Every leg it is asked for comes about, and who is told to be held is not.
async fn answer(request: HttpRequest, form: Option<web::Form<HashMap<String, String>>>) -> HttpResponse {
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    let last = request.path().rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
    let is_get = request.method() == Method::GET;
    if !is_get && last == "Participants" {
        let label = &form["Label"];
        let (leg, room) = (format!("CA{}", label.replace('-', "")), CALLER.replacen("CA", "CF", 1));
        return HttpResponse::Created()
            .json(json!({ "call_sid": leg, "conference_sid": room, "label": label }));
    }
    if form.contains_key("Hold") {
        let refused = json!({ "code": 20404, "message": "not found", "status": 404 });
        return HttpResponse::NotFound().json(refused);
    }
    let muted = form.get("Muted").is_some_and(|muted| muted == "true");
    let status = match () {
        () if last == ACCOUNT => "active",
        () if is_get => "in-progress",
        () => "completed",
    };
    let shown = json!({ "sid": last, "call_sid": last, "status": status, "muted": muted, "hold": false, "messages": [] });
    HttpResponse::Ok().json(shown)
}

pub(crate) struct Line {
    http: Client,
    pub(crate) company: Company,
    /// Where each webhook goes.
    urls: Value,
}

impl Line {
    /// A company of the hub, connected with the exchange the hub asks.
    pub(crate) async fn of(hub: &Hub) -> Self {
        let (http, company) = (Client::new(), hub.company());
        let account = json!({ "account_sid": ACCOUNT, "auth_token": AUTH_TOKEN });
        let keep = http.put(format!("{}/api/credentials/twilio", hub.origin())).json(&account);
        let kept = keep.bearer_auth(&company.token).send().await.unwrap();
        assert!(kept.status().is_success(), "{}", kept.text().await.unwrap());
        let number = json!({ "type": "twilio", "name": "Front", "address": "+12025550100" });
        let made = http.post(format!("{}/api/channels", hub.origin())).json(&number);
        let made: Value = made.bearer_auth(&company.token).send().await.unwrap().json().await.unwrap();
        Self { http, company, urls: made["webhook_urls"].clone() }
    }

    /// Somebody calls.
    pub(crate) async fn rings(&self) {
        let form = [("CallStatus", "ringing"), ("Direction", "inbound")];
        self.tells(self.url("voice"), CALLER, &form).await;
    }

    /// He says that he is called so.
    pub(crate) async fn caller_says(&self, name: &str) {
        let url = format!("{}/named?room={CALLER}", self.url("voice"));
        self.tells(&url, CALLER, &[("SpeechResult", name)]).await;
    }

    /// The agent who took the call is on the line.
    pub(crate) async fn agent_is_there(&self, hub: &Hub) {
        let live = self.http.get(format!("{}/api/calls?live=true", hub.origin()));
        let live: Value = live.bearer_auth(&self.company.token).send().await.unwrap().json().await.unwrap();
        let call = &live["data"][0];
        let legs = call["legs"].as_array().unwrap();
        let leg = legs.iter().find(|leg| leg["party"]["user_id"].is_string()).unwrap();
        let (call, leg) = (call["id"].as_str().unwrap(), leg["id"].as_str().unwrap());
        let url = format!("{}?call={call}&leg={leg}", self.url("voice_status"));
        let sid = format!("CA{}", leg.replace('-', ""));
        self.tells(&url, &sid, &[("CallStatus", "in-progress")]).await;
    }

    /// The caller has hung up.
    pub(crate) async fn caller_is_gone(&self) {
        self.tells(self.url("voice_status"), CALLER, &[("CallStatus", "completed")]).await;
    }

    /// Without what it says to Twilio behind the `#`.
    fn url(&self, webhook: &str) -> &str {
        self.urls[webhook].as_str().unwrap().split('#').next().unwrap()
    }

    async fn tells(&self, url: &str, sid: &str, more: &[(&str, &str)]) {
        let usual = [("AccountSid", ACCOUNT), ("CallSid", sid), ("From", THEIRS), ("To", "+12025550100")];
        let mut form = [&usual, more].concat();
        form.sort_unstable();
        let mut mac = Hmac::<sha1::Sha1>::new_from_slice(AUTH_TOKEN.as_bytes()).unwrap();
        mac.update(url.as_bytes());
        form.iter().for_each(|(name, value)| mac.update(format!("{name}{value}").as_bytes()));
        let signature = BASE64.encode(&mac.finalize().into_bytes());
        let body = reqwest::Url::parse_with_params("http://-/", &form).unwrap().query().unwrap().to_owned();
        let post = self.http.post(url).body(body).header("X-Twilio-Signature", signature);
        let post = post.header("Content-Type", "application/x-www-form-urlencoded");
        let told = post.send().await.unwrap();
        assert!(told.status().is_success(), "{url} answered {}", told.status());
    }
}
