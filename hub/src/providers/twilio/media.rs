//! Files of texts: asked of Twilio with the account, and fetched from wherever it says, without it.
//! Source: <https://www.twilio.com/docs/messaging/api/media-resource>.

use std::{sync::Arc, time::Duration, time::Instant};

use actors::{
    attachment::{Fetched, Fetcher, Link, NotFetched},
    credential::{CredentialError, Credentials, Use},
};
use async_trait::async_trait;
use entities::{TenantId, channel::ChannelType};
use ureq::{
    Agent, Body,
    http::{
        Response, StatusCode,
        header::{AUTHORIZATION, LOCATION},
    },
};
use url::Url;

use super::{NAME, TwilioAccount};
use crate::{
    config,
    files::{Downloaded, Downloads, NotTaken},
    http_client::{Inside, Patience, Reach, agent, agent_for},
};

/// Places Twilio may send us on to, one after the other.
const HOPS: usize = 3;

const ELSEWHERE: &str = "Its link leads to a place from which files are not fetched";
const GONE: &str = "Its sender's provider does not have it any more";
const NO_FILE: &str = "Its sender's provider does not give it out";
const TYPE: &str = "It is of a type that is not taken";

/// Fetches the files of texts. Cheap to clone.
#[derive(Clone)]
pub struct TwilioMedia {
    credentials: Credentials,
    parts: Arc<Parts>,
}

struct Parts {
    base: String,
    /// Asks Twilio itself.
    own: Agent,
    /// Asks whom Twilio names.
    beyond: Agent,
    downloads: Downloads,
    timeout: Duration,
}

impl TwilioMedia {
    /// From the address of the settings, into the files of this node, each within so long.
    #[must_use]
    pub(crate) fn new(
        twilio: &config::Twilio,
        credentials: Credentials,
        (downloads, timeout): (Downloads, Duration),
    ) -> Self {
        let patience = Patience { connect: twilio.connect_timeout(), whole: timeout };
        let is_here = crate::origin::is_loopback(&twilio.base_url);
        let reach = if is_here { Reach::Here } else { Reach::Public };
        let base = twilio.base_url.clone();
        let (own, beyond) = (agent(patience), agent_for(reach, patience));
        Self { credentials, parts: Arc::new(Parts { base, own, beyond, downloads, timeout }) }
    }

    async fn account(&self, tenant: TenantId) -> Result<TwilioAccount, NotFetched> {
        let opened = self.credentials.open(tenant, NAME, "media").await;
        let account = opened.and_then(|opened| opened.parse());
        account.map_err(|error: CredentialError| NotFetched::NotYet(error.to_string()))
    }
}

#[async_trait]
impl Fetcher for TwilioMedia {
    fn timeout(&self) -> Duration {
        self.parts.timeout
    }

    async fn fetch(&self, tenant: TenantId, link: &Link) -> Result<Fetched, NotFetched> {
        if link.channel != ChannelType::Twilio {
            return Err(never(ELSEWHERE));
        }
        let url = self.parts.own_place(&link.url).ok_or_else(|| never(ELSEWHERE))?;
        let account = self.account(tenant).await?;
        let (parts, authorization) = (self.parts.clone(), account.authorization());
        let fetched = tokio::task::spawn_blocking(move || parts.follow(url, &authorization));
        let fetched = fetched.await.unwrap_or_else(|_| Err(NotFetched::NotYet("it broke off".to_owned())));
        let used = match &fetched {
            Err(NotFetched::NotYet(why)) => Use::Failed(why.clone()),
            _ => Use::Succeeded,
        };
        self.credentials.note_use(tenant, NAME, used);
        let Downloaded { path, content, size } = fetched?;
        Ok(Fetched { aside: Box::new(path), content, size })
    }
}

impl Parts {
    /// The link, when it leads to Twilio itself: nobody else gets our credentials.
    fn own_place(&self, link: &str) -> Option<Url> {
        let (url, base) = (Url::parse(link).ok()?, Url::parse(&self.base).ok()?);
        let is_bare = url.username().is_empty() && url.password().is_none();
        (url.origin() == base.origin() && is_bare).then_some(url)
    }

    /// Asks, and goes where it is sent, within the time there is for all of it.
    fn follow(&self, mut url: Url, authorization: &str) -> Result<Downloaded, NotFetched> {
        let begun = Instant::now();
        let mut answer = call(&self.own, &url, Some(authorization), self.timeout)?;
        for _ in 0..HOPS {
            if !answer.status().is_redirection() {
                return self.take(answer);
            }
            url = next(&url, &answer).ok_or_else(|| never(ELSEWHERE))?;
            answer = call(&self.beyond, &url, None, self.timeout.saturating_sub(begun.elapsed()))?;
        }
        if answer.status().is_redirection() { Err(never(ELSEWHERE)) } else { self.take(answer) }
    }

    fn take(&self, mut answer: Response<Body>) -> Result<Downloaded, NotFetched> {
        let not_yet = |why: String| Err(NotFetched::NotYet(why));
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(NotFetched::Absent(GONE.to_owned())),
            StatusCode::GONE => return Err(never(GONE)),
            // Credentials are mended, and links that ended are made anew.
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::REQUEST_TIMEOUT) => {
                return not_yet(format!("answered {}", status.as_u16()));
            }
            status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
                return not_yet(format!("answered {}", status.as_u16()));
            }
            _ => return Err(never(NO_FILE)),
        }
        self.downloads.take(answer.body_mut().as_reader()).or_else(|why| match why {
            NotTaken::TooLarge(limit) => Err(never(&format!("It is larger than {limit} bytes"))),
            NotTaken::Type => Err(never(TYPE)),
            NotTaken::Cut(_) | NotTaken::NoRoom(_) => not_yet(why.to_string()),
        })
    }
}

fn call(
    agent: &Agent,
    url: &Url,
    authorization: Option<&str>,
    patience: Duration,
) -> Result<Response<Body>, NotFetched> {
    let request = agent.get(url.as_str()).config().timeout_global(Some(patience)).build();
    let request = match authorization {
        Some(authorization) => request.header(AUTHORIZATION, authorization),
        None => request,
    };
    request.call().map_err(|error| match Inside::is_why(&error) {
        true => never(ELSEWHERE),
        false => NotFetched::NotYet(error.to_string()),
    })
}

/// Where an answer sends us on to.
fn next(from: &Url, answer: &Response<Body>) -> Option<Url> {
    let url = from.join(answer.headers().get(LOCATION)?.to_str().ok()?).ok()?;
    let is_bare = url.username().is_empty() && url.password().is_none();
    (is_bare && matches!(url.scheme(), "http" | "https")).then_some(url)
}

fn never(reason: &str) -> NotFetched {
    NotFetched::Never(reason.to_owned())
}
