//! The catalogue of close codes: why a socket ends, and whether its client should come back.

use std::borrow::Cow;

/// Why the hub ends a socket. 4000–4499 mean "reconnect with jitter and resume", 4500–4999 "not as you are".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// This node is going away; another one, or the next process, serves the client.
    GoingAway,
    /// Neither a frame nor a pong came for twice the heartbeat.
    NoHeartbeat,
    /// No `authenticate` within the time for it.
    NoAuthentication,
    /// The client read slower than its topics produced.
    TooSlow,
    /// This node lost the session's place in the log, or its view changed; the client resumes from its cursor.
    Resync,
    /// The client went on past its rate for too long.
    RateLimited {
        /// Seconds after which a new connection is welcome.
        retry_after_s: u64,
    },
    /// The token is not one of ours, or names somebody else than the session's owner.
    Unauthorised,
    /// The session outlived its token.
    TokenExpired,
    /// The user, the key or the tenant lost access.
    Revoked,
    /// The client broke the protocol: a binary frame, too much in one message, not UTF-8, not JSON again and again.
    ProtocolViolation,
    /// The same user opened more sessions than allowed; the oldest goes.
    Replaced,
}

impl Close {
    /// The number in the close frame.
    pub fn code(self) -> u16 {
        match self {
            Self::GoingAway => 4000,
            Self::NoHeartbeat => 4001,
            Self::NoAuthentication => 4002,
            Self::TooSlow => 4008,
            Self::Resync => 4009,
            Self::RateLimited { .. } => 4029,
            Self::Unauthorised => 4500,
            Self::TokenExpired => 4501,
            Self::Revoked => 4502,
            Self::ProtocolViolation => 4503,
            Self::Replaced => 4504,
        }
    }

    /// The text in the close frame: one word, with what the client needs to act on it after a semicolon.
    pub fn reason(self) -> Cow<'static, str> {
        let word = self.word();
        match self {
            Self::RateLimited { retry_after_s } => format!("{word};retry_after_s={retry_after_s}").into(),
            _ => word.into(),
        }
    }

    /// The bare word of the reason: one of a small closed set, so it also labels metrics and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::GoingAway => "going_away",
            Self::NoHeartbeat => "no_heartbeat",
            Self::NoAuthentication => "no_authentication",
            Self::TooSlow => "too_slow",
            Self::Resync => "resync",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unauthorised => "unauthorised",
            Self::TokenExpired => "token_expired",
            Self::Revoked => "revoked",
            Self::ProtocolViolation => "protocol_violation",
            Self::Replaced => "replaced",
        }
    }

    /// Whether the client should reconnect, with jitter, and resume from its cursor.
    pub fn reconnect(self) -> bool {
        self.code() < 4500
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_LIMITED: Close = Close::RateLimited { retry_after_s: 12 };

    #[test]
    fn every_code_has_its_promised_number_reason_and_advice() {
        let promised = [
            (Close::GoingAway, 4000, "going_away", true),
            (Close::NoHeartbeat, 4001, "no_heartbeat", true),
            (Close::NoAuthentication, 4002, "no_authentication", true),
            (Close::TooSlow, 4008, "too_slow", true),
            (Close::Resync, 4009, "resync", true),
            (RATE_LIMITED, 4029, "rate_limited;retry_after_s=12", true),
            (Close::Unauthorised, 4500, "unauthorised", false),
            (Close::TokenExpired, 4501, "token_expired", false),
            (Close::Revoked, 4502, "revoked", false),
            (Close::ProtocolViolation, 4503, "protocol_violation", false),
            (Close::Replaced, 4504, "replaced", false),
        ];
        for (close, code, reason, reconnect) in promised {
            assert_eq!((close.code(), close.reason().as_ref(), close.reconnect()), (code, reason, reconnect));
        }
    }

    #[test]
    fn a_reason_fits_into_a_close_frame() {
        let longest = Close::RateLimited { retry_after_s: u64::MAX };
        assert!(longest.reason().len() <= 123, "a control frame holds 125 bytes, two of them the code");
    }

    #[test]
    fn the_word_of_a_reason_carries_no_numbers() {
        assert_eq!(RATE_LIMITED.word(), "rate_limited");
    }
}
