//! Why a request to a provider brought no good answer, sorted by what is known of its effect.

use std::{io, time::Duration};

use actors::credential::Use;
use ureq::Timeout;

/// A request that failed. The texts are for people and logs: no bodies, numbers or secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It answered, and it is no: nothing happened there.
    #[error("{0}")]
    Refused(Refused),
    /// It was certainly not reached: nothing happened there.
    #[error("not reached: {0}")]
    NotReached(String),
    /// It may have been reached, and gave no answer that tells.
    #[error("no answer: {0}")]
    Unanswered(String),
}

/// How a request went, as it is counted.
pub fn used<T>(answer: &Result<T, Failure>) -> Use {
    match answer {
        Ok(_) => Use::Succeeded,
        Err(failure) => Use::Failed(failure.to_string()),
    }
}

/// What a provider says when it does not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("answered {status}{}", .code.map(|code| format!(" with code {code}")).unwrap_or_default())]
pub struct Refused {
    pub status: u16,
    /// The provider's own.
    pub code: Option<i64>,
    /// Not before this is over, when it said so.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// What a broken request tells. While the line is being made nothing has been said on it.
    pub fn of(error: &ureq::Error) -> Self {
        use ureq::Error as E;
        let why = error.to_string();
        match error {
            E::HostNotFound | E::ConnectionFailed | E::BadUri(_) | E::Http(_) | E::Tls(_) => {
                Self::NotReached(why)
            }
            E::Timeout(Timeout::Resolve | Timeout::Connect) => Self::NotReached(why),
            E::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => Self::NotReached(why),
            _ => Self::Unanswered(why),
        }
    }

    /// How a measure calls it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::NotReached(_) => "not_reached",
            Self::Unanswered(_) => "unanswered",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_broke_before_anything_was_said_certainly_did_not_reach_it() {
        let refused = ureq::Error::Io(io::ErrorKind::ConnectionRefused.into());
        for error in [ureq::Error::HostNotFound, ureq::Error::Timeout(Timeout::Connect), refused] {
            assert!(matches!(Failure::of(&error), Failure::NotReached(_)), "{error}");
        }
        let reset = ureq::Error::Io(io::ErrorKind::ConnectionReset.into());
        for error in [reset, ureq::Error::Timeout(Timeout::Global), ureq::Error::Timeout(Timeout::SendBody)] {
            assert!(matches!(Failure::of(&error), Failure::Unanswered(_)), "{error}");
        }
    }

    #[test]
    fn a_refusal_is_told_without_what_the_provider_wrote() {
        let refused = Refused { status: 400, code: Some(21_211), retry_after: None };
        assert_eq!(Failure::Refused(refused).to_string(), "answered 400 with code 21211");
    }
}
