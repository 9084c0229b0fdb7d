//! Logs: text for people on a terminal, JSON lines for machines, always on the standard error.

use std::io::IsTerminal;

use tracing::Span;
use tracing::field::Empty;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::config::{Log, LogFormat};

/// Starts the logs of this process; a second call leaves the first in place (tests start many hubs in one process).
pub fn start(log: &Log) {
    let layers = tracing_subscriber::registry().with(output(log.format)).with(filter(&log.level));
    if let Err(already) = layers.try_init() {
        tracing::debug!(%already, "logs were started before");
    }
}

/// The level was checked with the settings; what cannot be read now falls back to what most want. What a peer sends that
/// is not HTTP is an error to `actix_http` and none of ours, and a stranger would fill the log with it.
fn filter(level: &str) -> EnvFilter {
    let quiet = |level| format!("actix_http=off,{level}");
    EnvFilter::try_new(quiet(level)).unwrap_or_else(|_| EnvFilter::new(quiet("info")))
}

fn output(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let lines = fmt::layer().with_writer(std::io::stderr);
    if as_text(format, std::io::stderr().is_terminal()) {
        lines.boxed()
    } else {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed()
    }
}

fn as_text(format: LogFormat, terminal: bool) -> bool {
    match format {
        LogFormat::Auto => terminal,
        LogFormat::Text => true,
        LogFormat::Json => false,
    }
}

/// The span of one request. Who it is for is filled in by [`in_tenant`] and [`in_conversation`], once known.
/// The query is left out of the path: it may hold numbers and names.
pub fn request_span(request_id: &str, method: &str, path: &str) -> Span {
    tracing::info_span!(
        "request",
        request.id = %request_id,
        http.method = %method,
        http.path = %path,
        http.status = Empty,
        tenant.id = Empty,
        conversation.id = Empty,
    )
}

/// Notes in the current span whose request this is.
pub fn in_tenant(id: entities::TenantId) {
    Span::current().record("tenant.id", tracing::field::display(id));
}

/// Notes in the current span which conversation it is about.
pub fn in_conversation(id: entities::ConversationId) {
    Span::current().record("conversation.id", tracing::field::display(id));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_for_terminals_unless_the_settings_say_otherwise() {
        assert!(as_text(LogFormat::Auto, true));
        assert!(!as_text(LogFormat::Auto, false));
        assert!(as_text(LogFormat::Text, false));
        assert!(!as_text(LogFormat::Json, true));
    }

    #[test]
    fn what_a_stranger_sends_is_no_error_of_ours() {
        let heard = |level| {
            let layers = tracing_subscriber::registry().with(filter(level));
            tracing::subscriber::with_default(layers, || {
                [
                    tracing::enabled!(target: "actix_http::ws::codec", tracing::Level::ERROR),
                    tracing::enabled!(tracing::Level::ERROR),
                ]
            })
        };
        assert_eq!(heard("info"), [false, true]);
        assert_eq!(heard("info,actix_http=error"), [true, true], "unless it is asked for");
        assert_eq!(heard("="), [false, true], "a level that cannot be read");
    }
}
