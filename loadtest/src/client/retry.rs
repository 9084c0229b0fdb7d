//! When to come back after a cut, by close code and with jitter, and requests that are made again over REST.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::ending::Ending;
use super::error::ClientError;

/// Between two tries of a request.
const REPEAT_AFTER: Duration = Duration::from_millis(50);

/// Asks until there is an answer, over cuts and restarts. Only for what may be done twice, or carries a `client_id`: the
/// hub makes a repeat harmless by it.
///
/// # Errors
/// The last error when `deadline` passes or when repeating is pointless.
pub async fn until_answered<R, F: Future<Output = Result<R, ClientError>>>(
    deadline: Instant,
    ask: impl Fn() -> F,
) -> Result<R, ClientError> {
    loop {
        match ask().await {
            Err(error) if error.may_be_repeated() && Instant::now() < deadline => {
                sleep(error.retry_after().unwrap_or(REPEAT_AFTER)).await;
            }
            answered => return answered,
        }
    }
}

/// Full jitter over a doubling ceiling.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The ceiling of the first wait.
    pub first: Duration,
    /// The ceiling of all later waits.
    pub most: Duration,
    /// A hub that goes away (4000) sends all its clients off at once: they come back spread over this.
    pub going_away: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(250),
            most: Duration::from_secs(10),
            going_away: Duration::from_secs(2),
        }
    }
}

impl Backoff {
    /// How long to wait before attempt `attempt` (0 is the first after a cut), or `None` when coming back
    /// as we are is pointless. `jitter` is in 0..1.
    #[must_use]
    pub fn retry_in(&self, error: &ClientError, attempt: u32, jitter: f64) -> Option<Duration> {
        let invited = match error {
            ClientError::Ended(ending) => ending.invites_back(),
            other => other.may_be_repeated(),
        };
        if !invited {
            return None;
        }
        let ceiling = self.ceiling(error, attempt);
        Some(error.retry_after().unwrap_or_default() + ceiling.mul_f64(jitter.clamp(0.0, 1.0)))
    }

    fn ceiling(&self, error: &ClientError, attempt: u32) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(attempt)).min(self.most);
        match error {
            ClientError::Ended(Ending::Closed { code: 4000, .. }) => doubled.max(self.going_away),
            _ => doubled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(code: u16, reason: &str) -> ClientError {
        ClientError::Ended(Ending::Closed { code, reason: reason.into() })
    }

    #[test]
    fn waits_double_up_to_the_most_and_jitter_spreads_them() {
        let backoff = Backoff::default();
        let cut = ClientError::Ended(Ending::Cut { reason: String::new() });
        assert_eq!(backoff.retry_in(&cut, 0, 1.0), Some(Duration::from_millis(250)));
        assert_eq!(backoff.retry_in(&cut, 3, 1.0), Some(Duration::from_secs(2)));
        assert_eq!(backoff.retry_in(&cut, 60, 1.0), Some(Duration::from_secs(10)));
        assert_eq!(backoff.retry_in(&cut, 60, 0.5), Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_hub_that_goes_away_finds_its_clients_spread_when_it_is_back() {
        let backoff = Backoff::default();
        assert_eq!(backoff.retry_in(&closed(4000, "going_away"), 0, 1.0), Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_rate_limit_is_waited_out() {
        let wait = Backoff::default().retry_in(&closed(4029, "rate_limited;retry_after_s=12"), 0, 0.0);
        assert_eq!(wait, Some(Duration::from_secs(12)));
    }

    #[test]
    fn who_is_refused_as_he_is_does_not_come_back() {
        let backoff = Backoff::default();
        assert_eq!(backoff.retry_in(&closed(4501, "token_expired"), 0, 0.5), None);
        let unauthorised = ClientError::Upgrade { status: 401, body: String::new() };
        assert_eq!(backoff.retry_in(&unauthorised, 0, 0.5), None);
        for status in [408, 503] {
            let busy = ClientError::Upgrade { status, body: String::new() };
            assert!(backoff.retry_in(&busy, 0, 0.5).is_some(), "{status}");
        }
        assert_eq!(backoff.retry_in(&ClientError::Wrong(String::new()), 0, 0.5), None);
    }
}
