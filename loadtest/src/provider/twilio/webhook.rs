//! Webhooks as Twilio sends them: signed, repeated as the URL asks, never to anywhere but this machine.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::draft::is_loopback;
use super::form::encode;
use super::overrides::{Failure, Overrides};
use super::signature::sign;

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
    /// What was answered.
    pub body: String,
}

impl Delivery {
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

    /// Posts a form to `url` until it is taken or the retries are used up.
    ///
    /// # Errors
    /// When the URL is none, or leaves this machine.
    pub(super) async fn deliver(&self, url: &str, form: &[(String, String)]) -> Result<Delivery> {
        ensure!(is_loopback(url), "webhooks go to this machine alone, not to {url}");
        let mut url = Url::parse(url)?;
        let overrides = Overrides::of(url.fragment().unwrap_or_default());
        url.set_fragment(None);
        let call = Call {
            signature: sign(&self.token, url.as_str(), form),
            url,
            body: encode(form),
            // The same for every repetition.
            token: Uuid::now_v7().to_string(),
        };
        let _turn = self.at_once.acquire().await?;
        let deadline = Instant::now() + overrides.total;
        let (mut attempts, mut pause) = (0, FIRST_PAUSE);
        loop {
            attempts += 1;
            let patience = overrides.attempt.min(deadline.saturating_duration_since(Instant::now()));
            let (status, body, failure) = match timeout(patience, self.call(&call)).await {
                Ok(outcome) => outcome,
                Err(_) => (None, String::new(), Some(Failure::Read)),
            };
            let again = attempts <= overrides.retries
                && failure.is_some_and(|failure| overrides.retries(failure))
                && Instant::now() + pause < deadline;
            if !again {
                return Ok(Delivery { status, attempts, body });
            }
            sleep(pause).await;
            pause *= 2;
        }
    }

    async fn call(&self, call: &Call) -> (Option<u16>, String, Option<Failure>) {
        let request = self
            .http
            .post(call.url.clone())
            .header("Accept", "*/*")
            .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
            .header("I-Twilio-Idempotency-Token", &call.token)
            .header("X-Home-Region", "us1")
            .header("X-Twilio-Signature", &call.signature)
            .body(call.body.clone());
        match request.send().await {
            Ok(answer) => {
                let status = answer.status();
                match answer.text().await {
                    Ok(body) => (Some(status.as_u16()), body, failure_of(status)),
                    Err(_) => (None, String::new(), Some(Failure::Read)),
                }
            }
            Err(error) if error.is_connect() => (None, String::new(), Some(Failure::Connect)),
            Err(_) => (None, String::new(), Some(Failure::Read)),
        }
    }
}

/// One webhook, the same however often it is sent.
struct Call {
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
