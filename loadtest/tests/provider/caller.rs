//! A simulator that runs, and a client with its credentials.

use std::time::{Duration, Instant};

use clap::Parser;
use loadtest::provider::twilio::{Simulator, Twilio};
use reqwest::{Client, Method, Response};
use serde_json::Value;

pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const SERVICE: &str = "MG00000000000000000000000000000001";
pub(crate) const OURS: &str = "+12025550100";
pub(crate) const THEIRS: &str = "+12025550123";
/// How long what comes by itself may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
const KEY: &str = "SK00000000000000000000000000000001";

pub(crate) struct Caller {
    pub(crate) simulator: Simulator,
    pub(crate) http: Client,
    login: (&'static str, &'static str),
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    twilio: Twilio,
}

/// What the command line says, with an account and a number.
pub(crate) fn settings(more: &[&str]) -> Twilio {
    let mut given = vec!["twilio", "--account", ACCOUNT, "--auth-token", TOKEN, "--number", OURS];
    if !more.contains(&"--step") {
        given.extend(["--step", "1ms"]);
    }
    given.extend(more);
    Line::try_parse_from(given).unwrap().twilio
}

impl Caller {
    pub(crate) async fn start(more: &[&str]) -> Self {
        let simulator = Simulator::start(&settings(more), 7).await.unwrap();
        let http = Client::builder().timeout(PATIENCE).build().unwrap();
        Self { simulator, http, login: (ACCOUNT, TOKEN) }
    }

    pub(crate) fn with_key(mut self) -> Self {
        self.login = (KEY, "secret");
        self
    }

    pub(crate) fn with_login(mut self, name: &'static str, password: &'static str) -> Self {
        self.login = (name, password);
        self
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with('/') {
            return format!("{}{path}", self.simulator.base());
        }
        format!("{}/2010-04-01/Accounts/{ACCOUNT}/{path}", self.simulator.base())
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
    ) -> reqwest::Result<Response> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.http
            .request(method, self.url(path))
            .basic_auth(self.login.0, Some(self.login.1))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
    }

    /// The status, and the JSON.
    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        json(self.send(Method::GET, path, &[]).await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        json(self.send(Method::POST, path, form).await.unwrap()).await
    }

    /// Sends a text to a handset.
    pub(crate) async fn text(&self, body: &str, more: &[(&str, &str)]) -> (u16, Value) {
        let mut form = vec![("To", THEIRS), ("From", OURS), ("Body", body)];
        form.extend(more);
        self.post("Messages.json", &form).await
    }

    /// Calls a handset.
    pub(crate) async fn dial(&self, more: &[(&str, &str)]) -> (u16, Value) {
        let mut form = vec![("To", THEIRS), ("From", OURS)];
        form.extend(more);
        self.post("Calls.json", &form).await
    }

    /// Calls a handset, and says what the call is called.
    pub(crate) async fn dialled(&self, more: &[(&str, &str)]) -> String {
        let (status, call) = self.dial(more).await;
        assert_eq!(status, 201, "{call}");
        call["sid"].as_str().unwrap().to_owned()
    }

    /// Waits until a call has come so far, and shows it then.
    pub(crate) async fn until_call(&self, sid: &str, status: &str) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let (_, call) = self.get(&format!("Calls/{sid}.json")).await;
            if call["status"] == status {
                return call;
            }
            assert!(Instant::now() < end, "it never was {status}: {call}");
        }
    }

    /// Waits until nothing is under way.
    pub(crate) async fn until_quiet(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.simulator.is_quiet() {
            assert!(Instant::now() < end, "something is always under way");
            tokio::task::yield_now().await;
        }
    }

    /// Asks the simulator itself for something.
    pub(crate) async fn control(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(self.url(&format!("/_simulator/{path}"))).json(body);
        json(request.send().await.unwrap()).await
    }

    /// Lets a text arrive from a handset.
    pub(crate) async fn arrive(&self, text: &Value) -> (u16, Value) {
        self.control("inbound", text).await
    }

    /// Waits until a message has come so far.
    pub(crate) async fn until(&self, sid: &str, status: &str) {
        let end = Instant::now() + PATIENCE;
        while self.get(&format!("Messages/{sid}.json")).await.1["status"] != status {
            assert!(Instant::now() < end, "it never was {status}");
        }
    }

    /// What was accepted.
    pub(crate) async fn accepted(&self) -> Vec<Value> {
        let (_, list) = self.get("/_simulator/messages").await;
        list["messages"].as_array().unwrap().clone()
    }
}

async fn json(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}
