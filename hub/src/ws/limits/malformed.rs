//! Counts frames that are not JSON: three a minute are forgiven.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::ws::close::Close;

/// The malformed frames of the last minute, at most three.
#[derive(Debug, Default)]
pub struct Malformed {
    recent: VecDeque<Instant>,
}

impl Malformed {
    const FORGIVEN: usize = 3;
    const WITHIN: Duration = Duration::from_secs(60);

    /// One more frame was not JSON; the fourth within a minute closes the socket.
    pub fn strike(&mut self, now: Instant) -> Option<Close> {
        self.recent.retain(|at| now.duration_since(*at) < Self::WITHIN);
        if self.recent.len() == Self::FORGIVEN {
            return Some(Close::ProtocolViolation);
        }
        self.recent.push_back(now);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fourth_within_a_minute_closes() {
        let start = Instant::now();
        let mut malformed = Malformed::default();
        for second in [0, 20, 40] {
            assert_eq!(malformed.strike(start + Duration::from_secs(second)), None);
        }
        assert_eq!(malformed.strike(start + Duration::from_secs(59)), Some(Close::ProtocolViolation));
    }

    #[test]
    fn three_a_minute_are_forgiven_for_ever() {
        let start = Instant::now();
        let mut malformed = Malformed::default();
        for strike in 0..100 {
            assert_eq!(malformed.strike(start + Duration::from_secs(20 * strike)), None);
        }
    }
}
