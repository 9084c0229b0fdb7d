//! The time of day, for rows that carry one.

use std::time::{SystemTime, UNIX_EPOCH};

/// Microseconds since 1970.
#[must_use]
pub fn now_micros() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a tool outside the hub has no Clock, and nothing to move")]
    let now = SystemTime::now();
    let micros = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    i64::try_from(micros).unwrap_or(i64::MAX)
}
