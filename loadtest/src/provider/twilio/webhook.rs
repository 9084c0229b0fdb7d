//! Webhooks as Twilio sends them: signed, repeated as the URL asks, never to anywhere but this machine.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode, Url};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::draft::is_loopback;
use super::form::encode;
use super::overrides::{Failure, Overrides};
use super::signature::sign;
use super::target::Target;
use crate::measure::now_micros;

/// Webhooks under way at a time.
const AT_ONCE: usize = 128;
/// Before the first repetition; it doubles. The documents do not say how long Twilio waits.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Sends what concerns one account.
#[derive(Debug)]
pub(super) struct Webhooks {
    http: Client,
    token: String,
    at_once: Semaphore,
}

/// How a webhook was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Of the last attempt; none when there was no answer.
    pub status: Option<u16>,
    pub attempts: u32,
    /// When the last attempt began, in microseconds since 1970.
    #[serde(skip)]
    pub posted_at_us: i64,
    /// What was answered.
    pub body: String,
    /// What it was answered as.
    #[serde(skip)]
    pub content_type: Option<String>,
}

impl Delivery {
    fn of((attempts, posted_at_us): (u32, i64), heard: Option<Heard>) -> Self {
        let Some(Heard { status, content_type, body }) = heard else {
            return Self { status: None, attempts, posted_at_us, body: String::new(), content_type: None };
        };
        Self { status: Some(status.as_u16()), attempts, posted_at_us, body, content_type }
    }

    /// Whether it was taken.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

impl Webhooks {
    pub(super) fn new(token: String) -> Result<Self> {
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .user_agent("TwilioProxy/1.1")
            .build()
            .context("no HTTP client")?;
        Ok(Self { http, token, at_once: Semaphore::new(AT_ONCE) })
    }

    /// Sends a form until it is taken or the retries are used up.
    ///
    /// # Errors
    /// When the URL is none, or leaves this machine.
    pub(super) async fn deliver(&self, target: &Target, form: &[(String, String)]) -> Result<Delivery> {
        let url = &target.url;
        ensure!(is_loopback(url), "webhooks go to this machine alone, not to {url}");
        let mut url = Url::parse(url)?;
        let overrides = Overrides::of(url.fragment().unwrap_or_default());
        url.set_fragment(None);
        let call = self.call_to(url, &target.method, form);
        let _turn = self.at_once.acquire().await?;
        let deadline = Instant::now() + overrides.total;
        let (mut attempts, mut pause) = (0, FIRST_PAUSE);
        loop {
            attempts += 1;
            let patience = overrides.attempt.min(deadline.saturating_duration_since(Instant::now()));
            let posted_at_us = now_micros();
            let outcome = timeout(patience, self.call(&call)).await.unwrap_or(Err(Failure::Read));
            let failure = match &outcome {
                Ok(answer) => failure_of(answer.status),
                Err(failure) => Some(*failure),
            };
            let again = attempts <= overrides.retries
                && failure.is_some_and(|failure| overrides.retries(failure))
                && Instant::now() + pause < deadline;
            if !again {
                return Ok(Delivery::of((attempts, posted_at_us), outcome.ok()));
            }
            sleep(pause).await;
            pause *= 2;
        }
    }

    /// As the documents have it, what is asked with GET is in the URL, and signed there.
    fn call_to(&self, mut url: Url, method: &Method, form: &[(String, String)]) -> Call {
        let is_get = *method == Method::GET;
        if is_get {
            url.query_pairs_mut().extend_pairs(form);
        }
        let form = if is_get { &[] } else { form };
        Call {
            signature: sign(&self.token, url.as_str(), form),
            url,
            method: method.clone(),
            body: encode(form),
            // The same for every repetition.
            token: Uuid::now_v7().to_string(),
        }
    }

    async fn call(&self, call: &Call) -> Result<Heard, Failure> {
        let request = self
            .http
            .request(call.method.clone(), call.url.clone())
            .header("Accept", "*/*")
            .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
            .header("I-Twilio-Idempotency-Token", &call.token)
            .header("X-Home-Region", "us1")
            .header("X-Twilio-Signature", &call.signature)
            .body(call.body.clone());
        match request.send().await {
            Ok(answer) => Heard::read(answer).await.ok_or(Failure::Read),
            Err(error) if error.is_connect() => Err(Failure::Connect),
            Err(_) => Err(Failure::Read),
        }
    }
}

/// An answer.
struct Heard {
    status: StatusCode,
    content_type: Option<String>,
    body: String,
}

impl Heard {
    async fn read(answer: Response) -> Option<Self> {
        let status = answer.status();
        let content_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.map(str::to_owned);
        Some(Self { status, content_type, body: answer.text().await.ok()? })
    }
}

/// One webhook, the same however often it is sent.
struct Call {
    method: Method,
    url: Url,
    body: String,
    signature: String,
    token: String,
}

fn failure_of(status: StatusCode) -> Option<Failure> {
    match status {
        _ if status.is_success() => None,
        _ if status.is_client_error() => Some(Failure::Client),
        _ if status.is_server_error() => Some(Failure::Server),
        _ => Some(Failure::Odd),
    }
}
