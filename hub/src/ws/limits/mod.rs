//! What one socket may ask for: a rate of requests, a number of unanswered ones, and few mistakes.

mod malformed;
mod rate;

use std::time::Duration;

use super::close::Close;

pub use malformed::Malformed;
pub use rate::RequestRate;

/// What becomes of a request at a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is carried out.
    Admitted,
    /// It is answered RATE_LIMITED; asking again after this time is welcome.
    Refused {
        /// When the limit will let a request pass again.
        retry_after: Duration,
    },
    /// The client did not hear; the socket closes.
    Expelled(Close),
}

/// Counts the requests that are carried out and not yet answered.
#[derive(Debug)]
pub struct InFlight {
    limit: usize,
    requests: usize,
}

impl InFlight {
    /// When an answer frees a place is unknown; this is how long a refused client is told to wait.
    const RETRY_AFTER: Duration = Duration::from_millis(250);

    /// At most `limit` requests at once.
    pub fn new(limit: usize) -> Self {
        Self { limit, requests: 0 }
    }

    /// Takes a place for one request; each admitted one must be followed by one [`InFlight::end`].
    pub fn begin(&mut self) -> Admission {
        if self.requests >= self.limit {
            return Admission::Refused { retry_after: Self::RETRY_AFTER };
        }
        self.requests += 1;
        Admission::Admitted
    }

    /// Gives the place of an answered request back.
    pub fn end(&mut self) {
        self.requests = self.requests.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_after_the_last_place_is_refused_until_one_is_answered() {
        let mut in_flight = InFlight::new(64);
        for _ in 0..64 {
            assert_eq!(in_flight.begin(), Admission::Admitted);
        }
        assert!(matches!(in_flight.begin(), Admission::Refused { .. }));
        in_flight.end();
        assert_eq!(in_flight.begin(), Admission::Admitted);
        assert!(matches!(in_flight.begin(), Admission::Refused { .. }));
    }
}
