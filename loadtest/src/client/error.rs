//! Everything that can go wrong between a client and the hub, so that no scenario mistakes it for a number.

use std::time::Duration;

use serde_json::Value;

use super::ending::Ending;

/// Why a request has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there, or the connection broke before the upgrade was answered.
    #[error("no connection to {url}: {reason}")]
    Unreachable { url: String, reason: String },
    /// The upgrade was answered with a status other than 101.
    #[error("the hub refused the upgrade with HTTP {status}: {body}")]
    Upgrade { status: u16, body: String },
    /// The connection ended before the answer: whether the request took effect is unknown.
    #[error("the connection ended: {0}")]
    Ended(Ending),
    /// The time was up before the answer: whether the request took effect is unknown.
    #[error("no answer to {what} within {} s", .within.as_secs_f64())]
    TimedOut { what: String, within: Duration },
    /// The hub answered with an error of its catalogue.
    #[error("{what} was refused: {code}: {message}")]
    Refused { what: String, code: String, message: String, retryable: bool, details: Value },
    /// The hub said something the contract does not allow.
    #[error("wrong answer: {0}")]
    Wrong(String),
    /// There is no connection at this moment; the session is waiting to open the next one.
    #[error("not connected at the moment")]
    Down,
}

impl ClientError {
    /// Whether the same request, with the same `client_id`, may succeed when it is repeated.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Down => true,
            Self::Ended(ending) => !matches!(ending, Ending::Wrong { .. } | Ending::Overrun),
            Self::Refused { retryable, .. } => *retryable,
            // 408: the machine was too busy for us to ask in time.
            Self::Upgrade { status, .. } => matches!(status, 408 | 429 | 500..),
            Self::Wrong(_) => false,
        }
    }

    /// How long the hub asks to wait before the request is repeated.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { details, .. } => {
                details.get("retry_after_ms").and_then(Value::as_u64).map(Duration::from_millis)
            }
            Self::Ended(ending) => ending.retry_after(),
            _ => None,
        }
    }
}
