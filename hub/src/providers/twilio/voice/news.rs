//! Twilio's words for how far a call came, in ours.

use actors::call::{CallError, Step};
use entities::{Timestamp, call::CallState};
use jiff::fmt::rfc2822;

use crate::providers::twilio::codes::sentence;

/// What a status says. `None`: nobody knows the word.
pub(super) fn step(status: &str, duration: Option<&str>, error: Option<CallError>) -> Option<Step> {
    let how = match status {
        "queued" | "initiated" => return Some(Step::Initiated),
        "ringing" => return Some(Step::Ringing),
        "in-progress" => return Some(Step::Answered),
        "completed" => CallState::Completed,
        "busy" => CallState::Busy,
        "failed" => CallState::Failed,
        "no-answer" => CallState::NoAnswer,
        "canceled" => CallState::Canceled,
        _ => return None,
    };
    Some(Step::Ended { how, duration_s: duration.and_then(|seconds| seconds.trim().parse().ok()), error })
}

/// Why a call failed, as a person understands it.
pub(super) fn error(code: Option<&str>) -> Option<CallError> {
    let code = code.filter(|code| !matches!(*code, "" | "0"))?;
    let known = code.parse().ok().and_then(sentence);
    Some(CallError::new(code, known.unwrap_or("The call failed")))
}

/// A time as Twilio writes it.
pub(super) fn time(text: Option<&str>) -> Option<Timestamp> {
    let at = rfc2822::parse(text?).ok()?;
    Some(Timestamp::from_micros(at.timestamp().as_microsecond()))
}
