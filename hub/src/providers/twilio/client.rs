//! Asking Twilio: its REST resources, as far as the hub uses them.

use std::time::{Duration, Instant};

use actors::supervision::IoHandle;
use serde::{Deserialize, de::DeserializeOwned};
use ureq::{
    Agent,
    http::{Response, StatusCode, header::AUTHORIZATION, header::RETRY_AFTER},
};

use super::{NAME, Resource, Text, TwilioAccount};
use crate::config;
use crate::http_client::{Patience, agent};
use crate::providers::{Failure, Refused};

/// An answer of more bytes is none we asked for.
const MOST: u64 = 4 * 1_048_576;
/// Nobody is told to wait for longer.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// Twilio, at the address of the settings. Cheap to clone.
#[derive(Clone)]
pub struct TwilioClient {
    agent: Agent,
    pub(super) base: String,
    io: IoHandle,
}

/// An account, as Twilio sees it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    pub sid: String,
    /// `active`, `suspended` or `closed`.
    pub status: String,
}

/// How Twilio says no.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    code: Option<i64>,
}

impl TwilioClient {
    /// Its requests wait on the threads of `io`.
    #[must_use]
    pub fn new(settings: &config::Twilio, io: IoHandle) -> Self {
        let patience = Patience { connect: settings.connect_timeout(), whole: settings.timeout() };
        let base = settings.base_url.trim_end_matches('/').to_owned();
        Self { agent: agent(patience), base, io }
    }

    /// Where it is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The account itself: what proves that it is ours is good when this is answered.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn account(&self, account: &TwilioAccount) -> Result<Account, Failure> {
        let url = format!("{}/2010-04-01/Accounts/{}.json", self.base, account.account_sid);
        let proof = account.proof();
        self.ask(move |agent| agent.get(&url).header(AUTHORIZATION, proof).call()).await
    }

    /// Sends a text. No request of this kind can be told twice from once: who gets no answer has to look
    /// ([`Self::sent`]) before he asks again.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn send(&self, account: &TwilioAccount, text: &Text) -> Result<Resource, Failure> {
        let url = self.messages(account);
        let (authorization, text) = (account.authorization(), text.clone());
        self.ask(move |agent| {
            let callback = text.status_callback.map(|callback| ("StatusCallback", callback));
            let said = (!text.body.is_empty()).then_some(("Body", text.body));
            let files = text.media.into_iter().map(|url| ("MediaUrl", url));
            let form = [("To", text.to), ("From", text.from)].into_iter().chain(said).chain(files);
            agent.post(&url).header(AUTHORIZATION, authorization).send_form(form.chain(callback))
        })
        .await
    }

    /// A message, as it stands there now.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn message(&self, account: &TwilioAccount, sid: &str) -> Result<Resource, Failure> {
        let url = format!("{}/2010-04-01/Accounts/{}/Messages/{sid}.json", self.base, account.account_sid);
        let authorization = account.authorization();
        self.ask(move |agent| agent.get(&url).header(AUTHORIZATION, authorization).call()).await
    }

    /// The address of something the account has there.
    pub(super) fn resource(&self, account: &TwilioAccount, path: &str) -> String {
        format!("{}/2010-04-01/Accounts/{}/{path}.json", self.base, account.account_sid)
    }

    /// The address of what it has of our messages.
    pub(super) fn messages(&self, account: &TwilioAccount) -> String {
        format!("{}/2010-04-01/Accounts/{}/Messages.json", self.base, account.account_sid)
    }

    /// Makes a request on a thread that may wait, measures it, and reads what was answered.
    pub(super) async fn ask<T: DeserializeOwned + Send + 'static>(
        &self,
        request: impl FnOnce(Agent) -> Result<Response<ureq::Body>, ureq::Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let (agent, begun) = (self.agent.clone(), Instant::now());
        let asked = self.io.run(async move {
            let asked = tokio::task::spawn_blocking(move || {
                request(agent).map_err(|error| Failure::of(&error)).and_then(read)
            });
            asked.await.unwrap_or_else(|_| Err(Failure::Unanswered("the request broke off".to_owned())))
        });
        let answer =
            asked.await.unwrap_or_else(|| Err(Failure::NotReached("the hub is stopping".to_owned())));
        let outcome = answer.as_ref().map_or_else(Failure::word, |_| "done");
        metrics::counter!("provider_requests_total", "provider" => NAME, "outcome" => outcome).increment(1);
        metrics::histogram!("provider_request_seconds", "provider" => NAME)
            .record(begun.elapsed().as_secs_f64());
        answer
    }
}

fn read<T: DeserializeOwned>(mut answer: Response<ureq::Body>) -> Result<T, Failure> {
    let status = answer.status();
    let retry_after = answer.headers().get(RETRY_AFTER).and_then(|value| seconds(value.to_str().ok()?));
    let body = answer.body_mut().with_config().limit(MOST).read_to_vec();
    if status.is_success() {
        let body = body.map_err(|error| Failure::Unanswered(error.to_string()))?;
        // It was done, whatever it is called.
        let said = if body.is_empty() { b"null".as_slice() } else { &body };
        return serde_json::from_slice(said).map_err(|_| unreadable(status));
    }
    let said: Said = body.ok().and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default();
    Err(refusal(status, said.code, retry_after))
}

/// What an answer that is no success tells. Between us and Twilio stand machines that give up before it does: what they
/// answer in its place tells nothing.
fn refusal(status: StatusCode, code: Option<i64>, retry_after: Option<Duration>) -> Failure {
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT => {
            Failure::Unanswered(format!("answered {}", status.as_u16()))
        }
        status => Failure::Refused(Refused { status: status.as_u16(), code, retry_after }),
    }
}

fn unreadable(status: StatusCode) -> Failure {
    Failure::Unanswered(format!("answered {} with what cannot be read", status.as_u16()))
}

fn seconds(value: &str) -> Option<Duration> {
    value.trim().parse().ok().map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_between_us_answers_tells_nothing() {
        let of = |status| refusal(StatusCode::from_u16(status).unwrap(), None, None);
        for status in [408, 502, 504] {
            assert!(matches!(of(status), Failure::Unanswered(_)), "{status}");
        }
        for status in [400, 401, 404, 429, 500, 503] {
            assert!(matches!(of(status), Failure::Refused(_)), "{status}");
        }
    }

    #[test]
    fn a_wait_is_read_in_seconds_and_has_an_end() {
        assert_eq!(seconds(" 3 "), Some(Duration::from_secs(3)));
        assert_eq!(seconds("999999"), Some(LONGEST_WAIT));
        assert_eq!(seconds("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }
}
