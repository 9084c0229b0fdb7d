//! The bounds of the settings: what `default.toml` promises in words is refused here by name.

use std::fmt::Display;
use std::ops::RangeInclusive;

use actix_web::http::Uri;
use actors::attachment::Content;
use tracing_subscriber::EnvFilter;

use super::{Settings, Twilio};
use crate::origin::is_loopback;

/// A gibibyte.
const LARGEST_FILE: u64 = 1 << 30;

/// Every complaint about the settings; empty when they can be used.
pub(super) fn complaints(settings: &Settings) -> Vec<String> {
    let mut found = Complaints(Vec::new());
    http(&mut found, settings);
    found.database_url(settings.database.url.reveal());
    redis(&mut found, settings);
    found.bounds("database.read_connections", settings.database.read_connections, 1..=200);
    found.bounds("auth.access_ttl_s", settings.auth.access_ttl_s, 60..=86_400);
    found.bounds("auth.refresh_ttl_s", settings.auth.refresh_ttl_s, 3_600..=31_536_000);
    for provider in &settings.auth.providers {
        for (name, complaint) in provider.complaints() {
            found.add(&format!("{name} of auth.providers"), complaint);
        }
    }
    limits(&mut found, settings);
    found.bounds("realtime.heartbeat_s", settings.realtime.heartbeat_s, 1..=3_600);
    found.bounds("realtime.replay_limit", settings.realtime.replay_limit, 1..=1_000_000);
    found.bounds("realtime.authenticate_within_s", settings.realtime.authenticate_within_s, 1..=60);
    found.bounds("realtime.presence_debounce_s", settings.realtime.presence_debounce_s, 0..=60);
    found.bounds("realtime.drain_s", settings.realtime.drain_s, 0..=300);
    found.bounds("actors.passivate_after_s", settings.actors.passivate_after_s, 1..=86_400);
    found.bounds("actors.arbiters", settings.actors.arbiters, 0..=1_024);
    found.bounds("actors.command_deadline_s", settings.actors.command_deadline_s, 1..=300);
    found.bounds("retention.events_days", settings.retention.events_days, 0..=36_500);
    found.bounds("retention.receipts_days", settings.retention.receipts_days, 1..=36_500);
    found.bounds("attachments.max_bytes", settings.attachments.max_bytes, 1..=LARGEST_FILE);
    found.bounds("attachments.visitor_max_bytes", settings.attachments.visitor_max_bytes, 1..=LARGEST_FILE);
    found.bounds("attachments.scan_timeout_s", settings.attachments.scan_timeout_s, 1..=600);
    found.bounds("attachments.scans_at_once", settings.attachments.scans_at_once, 1..=64);
    found.bounds("recordings.max_bytes", settings.recordings.max_bytes, 1..=LARGEST_FILE);
    found.bounds("recordings.fetch_timeout_s", settings.recordings.fetch_timeout_s, 1..=3_600);
    found.bounds("attachments.fetch_timeout_s", settings.attachments.fetch_timeout_s, 1..=600);
    if settings.attachments.scan_command.first().is_some_and(|program| program.trim().is_empty()) {
        found.add("attachments.scan_command", "must begin with a program, or be empty");
    }
    for unknown in settings.attachments.types.iter().filter(|name| Content::named(name).is_none()) {
        found.add("attachments.types", format_args!("names {unknown}, which is no type that can be taken"));
    }
    found.bounds("sending.spike_factor", settings.sending.spike_factor, 1..=1_000);
    found.bounds("sending.spike_least", settings.sending.spike_least, 0..=1_000_000_000);
    found.bounds("sending.held_check_s", settings.sending.held_check_s, 1..=3_600);
    twilio(&mut found, &settings.providers.twilio);
    if EnvFilter::try_new(&settings.log.level).is_err() {
        found
            .add("log.level", "must be error, warn, info, debug or trace, or per module like info,hub=debug");
    }
    found.0
}

fn redis(found: &mut Complaints, settings: &Settings) {
    let (url, prefix) = (settings.redis.url.reveal(), &settings.redis.prefix);
    if !url.is_empty() && !["redis://", "rediss://"].iter().any(|scheme| url.starts_with(scheme)) {
        found.add("redis.url", "must begin with redis:// or rediss://");
    }
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-_:".contains(&letter);
    if !(1..=64).contains(&prefix.len()) || !prefix.bytes().all(fits) {
        found.add("redis.prefix", "must have 1 to 64 letters, digits, -, _ and :");
    }
}

fn http(found: &mut Complaints, settings: &Settings) {
    let http = &settings.http;
    found.bounds("http.workers", http.workers, 0..=1_024);
    found.bounds("http.body_limit", http.body_limit, 1_024..=67_108_864);
    if http.tls_cert.as_os_str().is_empty() != http.tls_key.as_os_str().is_empty() {
        found.add("http.tls_cert and http.tls_key", "must be set both or neither");
    }
    if !http.public_url.is_empty() && !is_origin(&http.public_url) {
        found.add("http.public_url", "must be like https://chat.example.com, without a path");
    }
}

fn twilio(found: &mut Complaints, twilio: &Twilio) {
    let is_safe = twilio.base_url.starts_with("https://") || is_loopback(&twilio.base_url);
    if !is_origin(&twilio.base_url) || !is_safe {
        let complaint = "must be https://, or http:// on this machine, without a path";
        found.add("providers.twilio.base_url", complaint);
    }
    found.bounds("providers.twilio.connect_timeout_s", twilio.connect_timeout_s, 1..=60);
    found.bounds("providers.twilio.timeout_s", twilio.timeout_s, 1..=25);
    found.bounds("providers.twilio.settle_s", twilio.settle_s, 1..=3_600);
    found.bounds("providers.twilio.status_after_s", twilio.status_after_s, 1..=86_400);
    found.bounds("providers.twilio.backfill_every_s", twilio.backfill_every_s, 60..=86_400);
    found.bounds("providers.twilio.messages_per_s", twilio.messages_per_s, 1..=1_000);
    found.bounds("providers.twilio.registration_after_s", twilio.registration_after_s, 0..=3_600);
    found.bounds("providers.twilio.price_after_s", twilio.price_after_s, 0..=3_600);
}

fn limits(found: &mut Complaints, settings: &Settings) {
    let limits = &settings.limits;
    found.bounds("limits.requests_per_s", limits.requests_per_s, 1..=100_000);
    found.bounds("limits.burst", limits.burst, 1..=100_000);
    found.bounds("limits.sessions_per_user", limits.sessions_per_user, 1..=10_000);
    found.bounds("limits.visits_per_minute", limits.visits_per_minute, 1..=1_000_000);
    found.bounds("limits.tenant_requests_per_s", limits.tenant_requests_per_s, 0..=1_000_000);
    found.bounds("limits.address_requests_per_s", limits.address_requests_per_s, 0..=1_000_000);
    found.bounds("limits.address_handshakes_per_s", limits.address_handshakes_per_s, 0..=1_000_000);
    found.bounds("limits.sign_ins_per_minute", limits.sign_ins_per_minute, 1..=1_000_000);
    found.bounds("limits.passwords_per_minute", limits.passwords_per_minute, 1..=1_000_000);
    found.bounds("limits.failures_per_minute", limits.failures_per_minute, 1..=1_000_000);
    found.bounds("limits.calls_per_minute", limits.calls_per_minute, 1..=1_000_000);
    found.bounds("limits.tenant_calls_per_minute", limits.tenant_calls_per_minute, 0..=1_000_000);
    found.bounds("limits.frame_bytes", limits.frame_bytes, 1_024..=1_048_576);
    found.bounds("limits.in_flight", limits.in_flight, 1..=1_024);
    found.bounds("limits.topics", limits.topics, 1..=1_000);
}

fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    known_scheme && uri.host().is_some() && matches!(uri.path(), "" | "/") && uri.query().is_none()
}

struct Complaints(Vec<String>);

impl Complaints {
    fn add(&mut self, name: &str, complaint: impl Display) {
        self.0.push(format!("{name} {complaint}"));
    }

    fn bounds<T: PartialOrd + Display>(&mut self, name: &str, value: T, bounds: RangeInclusive<T>) {
        if !bounds.contains(&value) {
            self.add(name, format_args!("must be {} to {}, not {value}", bounds.start(), bounds.end()));
        }
    }

    /// The URL itself is not repeated: it may hold a password.
    fn database_url(&mut self, url: &str) {
        let known = ["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| url.starts_with(scheme));
        if !url.is_empty() && !known {
            self.add("database.url", "must be empty or start with postgres:// or sqlite:");
        }
    }
}
