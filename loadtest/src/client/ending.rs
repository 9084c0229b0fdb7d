//! How a connection ended, and what the close code says about coming back.

use std::fmt;
use std::time::Duration;

/// The last thing a connection says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The hub closed with a code of its catalogue, or a proxy with one of RFC 6455.
    Closed { code: u16, reason: String },
    /// The bytes stopped without a close frame.
    Cut { reason: String },
    /// We closed because the hub broke the contract.
    Wrong { reason: String },
    /// We closed because the program left too many events unread.
    Overrun,
    /// We closed because the program asked for it.
    Asked,
}

impl Ending {
    /// Whether the contract says to come back and resume (4000–4499, and what proxies send).
    #[must_use]
    pub fn invites_back(&self) -> bool {
        match self {
            Self::Closed { code, .. } => {
                matches!(code, 4000..=4499 | 1000 | 1001 | 1005 | 1006 | 1011 | 1012 | 1013)
            }
            Self::Cut { .. } => true,
            Self::Wrong { .. } | Self::Overrun | Self::Asked => false,
        }
    }

    /// The seconds of `rate_limited;retry_after_s=12`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let Self::Closed { reason, .. } = self else { return None };
        let (_, seconds) = reason.split_once("retry_after_s=")?;
        seconds.trim().parse().ok().map(Duration::from_secs)
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { code, reason } => write!(f, "closed with {code} {reason}"),
            Self::Cut { reason } => write!(f, "cut: {reason}"),
            Self::Wrong { reason } => write!(f, "left, because the hub broke the contract: {reason}"),
            Self::Overrun => write!(f, "left, because this program read its events too slowly"),
            Self::Asked => write!(f, "closed by us"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(code: u16, reason: &str) -> Ending {
        Ending::Closed { code, reason: reason.into() }
    }

    #[test]
    fn codes_below_4500_and_those_of_proxies_invite_back_and_the_others_do_not() {
        for code in [1000, 1001, 1006, 1011, 1012, 1013, 4000, 4001, 4002, 4008, 4009, 4029, 4499] {
            assert!(closed(code, "").invites_back(), "{code}");
        }
        for code in [1002, 1003, 1007, 1008, 1009, 4500, 4501, 4502, 4503, 4504, 4999] {
            assert!(!closed(code, "").invites_back(), "{code}");
        }
    }

    #[test]
    fn the_wait_of_a_rate_limit_is_read_from_the_reason() {
        assert_eq!(
            closed(4029, "rate_limited;retry_after_s=12").retry_after(),
            Some(Duration::from_secs(12))
        );
        assert_eq!(closed(4029, "rate_limited").retry_after(), None);
        assert_eq!(closed(4029, "rate_limited;retry_after_s=soon").retry_after(), None);
    }
}
