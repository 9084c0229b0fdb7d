//! The settings as types, one struct per section of `default.toml`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use actors::{bus::RedisOptions, sending::SpikeRule};
use entities::Origin;
use ipnet::IpNet;
use serde::Deserialize;

/// Everything that can be set. What each means stands in `default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub http: Http,
    pub data: Data,
    pub database: Database,
    pub redis: Redis,
    pub keys: Keys,
    pub auth: Auth,
    pub limits: Limits,
    pub realtime: Realtime,
    pub actors: Actors,
    pub attachments: Attachments,
    pub recordings: Recordings,
    pub retention: Retention,
    pub sending: Sending,
    pub providers: Providers,
    pub log: Log,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub bind: SocketAddr,
    pub public_url: String,
    pub tls_cert: PathBuf,
    pub tls_key: PathBuf,
    pub workers: usize,
    pub body_limit: usize,
    #[serde(deserialize_with = "super::list::networks")]
    pub trusted_proxies: Vec<IpNet>,
    #[serde(deserialize_with = "super::list::origins")]
    pub allowed_origins: Vec<Origin>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub dir: PathBuf,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: Secret,
    pub read_connections: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    pub url: Secret,
    pub prefix: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub master: Secret,
    pub signing: Secret,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub access_ttl_s: u64,
    pub refresh_ttl_s: u64,
    pub provision: bool,
    pub providers: Vec<super::Provider>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub requests_per_s: u32,
    pub burst: u32,
    pub sessions_per_user: usize,
    pub visits_per_minute: u32,
    pub tenant_requests_per_s: u32,
    pub address_requests_per_s: u32,
    pub address_handshakes_per_s: u32,
    pub sign_ins_per_minute: u32,
    pub passwords_per_minute: u32,
    pub failures_per_minute: u32,
    pub calls_per_minute: u32,
    pub tenant_calls_per_minute: u32,
    pub frame_bytes: usize,
    pub in_flight: usize,
    pub topics: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Realtime {
    pub heartbeat_s: u64,
    pub replay_limit: u64,
    pub authenticate_within_s: u64,
    pub presence_debounce_s: u64,
    pub drain_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actors {
    pub passivate_after_s: u64,
    pub arbiters: usize,
    pub command_deadline_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    pub max_bytes: u64,
    pub visitor_max_bytes: u64,
    #[serde(deserialize_with = "super::list::words")]
    pub types: Vec<String>,
    #[serde(deserialize_with = "super::list::words")]
    pub scan_command: Vec<String>,
    pub scan_timeout_s: u64,
    pub scans_at_once: usize,
    pub fetch_timeout_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recordings {
    pub max_bytes: u64,
    pub fetch_timeout_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub events_days: u32,
    pub receipts_days: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    pub spike_factor: u32,
    pub spike_least: u32,
    pub held_check_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Providers {
    pub twilio: Twilio,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twilio {
    pub base_url: String,
    pub connect_timeout_s: u64,
    pub timeout_s: u64,
    pub settle_s: u64,
    pub status_after_s: u64,
    pub backfill_every_s: u64,
    pub messages_per_s: u32,
    pub registration_after_s: u64,
    pub price_after_s: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    Auto,
    Text,
    Json,
}

impl TryFrom<String> for LogFormat {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        match word.as_str() {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(format!("must be auto, text or json, not {word}")),
        }
    }
}

/// A setting that must not reach a log.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The setting itself; empty when it is not set.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub fn is_set(&self) -> bool {
        !self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_set() { "Secret(set)" } else { "Secret(not set)" })
    }
}

impl Redis {
    /// Where nodes meet, when there are several.
    pub fn options(&self) -> Option<RedisOptions> {
        let (url, prefix) = (self.url.reveal().to_owned(), self.prefix.clone());
        self.url.is_set().then_some(RedisOptions { url, prefix })
    }
}

impl Data {
    /// The folder of the files that were uploaded.
    pub fn attachments(&self) -> PathBuf {
        self.dir.join("attachments")
    }

    /// The folder of the key files.
    pub fn keys(&self) -> PathBuf {
        self.dir.join("keys")
    }
}

impl Http {
    pub fn has_tls(&self) -> bool {
        !self.tls_cert.as_os_str().is_empty()
    }

    /// `public_url` without a slash at its end, or the address we listen on.
    pub fn public_origin(&self) -> String {
        if !self.public_url.is_empty() {
            return self.public_url.trim_end_matches('/').to_owned();
        }
        let scheme = if self.has_tls() { "https" } else { "http" };
        format!("{scheme}://{}", self.bind)
    }
}

impl Auth {
    pub fn access_ttl(&self) -> Duration {
        Duration::from_secs(self.access_ttl_s)
    }

    pub fn refresh_ttl(&self) -> Duration {
        Duration::from_secs(self.refresh_ttl_s)
    }
}

impl Limits {
    /// Calls all users of a tenant place in a minute.
    pub fn calls_of_tenant(&self) -> u32 {
        match self.tenant_calls_per_minute {
            0 => self.calls_per_minute.saturating_mul(20),
            times => times,
        }
    }

    /// A limit of many who come together; 0 is twenty times that of one.
    pub fn of_many(&self, times: u32) -> u32 {
        if times == 0 { self.requests_per_s.saturating_mul(20) } else { times }
    }
}

impl Realtime {
    pub fn heartbeat(&self) -> Duration {
        Duration::from_secs(self.heartbeat_s)
    }

    pub fn presence_debounce(&self) -> Duration {
        Duration::from_secs(self.presence_debounce_s)
    }

    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_s)
    }

    pub fn authenticate_within(&self) -> Duration {
        Duration::from_secs(self.authenticate_within_s)
    }
}

impl Attachments {
    /// Is this type of files taken? Nothing is named when everything that is known is.
    pub fn takes(&self, content_type: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|taken| taken == content_type)
    }

    /// How long a scan may take.
    pub fn scan_timeout(&self) -> Duration {
        Duration::from_secs(self.scan_timeout_s)
    }

    /// How long it may take to fetch a file.
    pub fn fetch_timeout(&self) -> Duration {
        Duration::from_secs(self.fetch_timeout_s)
    }
}

impl Recordings {
    /// How long it may take to fetch one.
    pub fn fetch_timeout(&self) -> Duration {
        Duration::from_secs(self.fetch_timeout_s)
    }
}

/// A day, as retention counts.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Retention {
    /// How long events are kept; `None` for ever.
    pub fn events(&self) -> Option<Duration> {
        (self.events_days > 0).then(|| DAY * self.events_days)
    }

    /// How long what providers sent is kept.
    pub fn receipts(&self) -> Duration {
        DAY * self.receipts_days
    }
}

impl Sending {
    pub fn rule(&self) -> SpikeRule {
        SpikeRule { factor: self.spike_factor.into(), least: self.spike_least.into() }
    }

    pub fn held_check(&self) -> Duration {
        Duration::from_secs(self.held_check_s)
    }
}

impl Twilio {
    /// When Twilio is first asked what a call cost.
    pub fn price_after(&self) -> Duration {
        Duration::from_secs(self.price_after_s)
    }

    pub fn registration_after(&self) -> Duration {
        Duration::from_secs(self.registration_after_s)
    }

    pub fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.connect_timeout_s)
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s)
    }

    /// When what is not listed was not sent.
    pub fn settle(&self) -> Duration {
        Duration::from_secs(self.settle_s)
    }

    /// When Twilio is asked how far a text came of which it tells nothing.
    pub fn status_after(&self) -> Duration {
        Duration::from_secs(self.status_after_s)
    }

    /// Between two questions what came that nobody told of.
    pub fn backfill_every(&self) -> Duration {
        Duration::from_secs(self.backfill_every_s)
    }
}

impl Actors {
    pub fn passivate_after(&self) -> Duration {
        Duration::from_secs(self.passivate_after_s)
    }

    pub fn command_deadline(&self) -> Duration {
        Duration::from_secs(self.command_deadline_s)
    }
}
