//! What a failed request to send means for the message. Pure.

use std::time::Duration;

use actors::conversation::MessageError;

use crate::providers::twilio::codes::{self, Remedy};
use crate::providers::{Failure, Refused};

/// What becomes of a message that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was not taken, and may be when it is tried again; not before this is over, when the provider said so.
    Later { why: MessageError, after: Option<Duration> },
    /// It will never reach this recipient.
    Never(MessageError),
    /// Its recipient wants nothing more, and the provider says so.
    OptedOut(MessageError),
    /// A person has to put something right first.
    Mend(MessageError),
    /// The provider does not take our credentials, or closed the account.
    Locked(MessageError),
    /// It may have been taken.
    Unsure(String),
}

/// Judges a failure.
#[must_use]
pub fn verdict(failure: &Failure) -> Verdict {
    match failure {
        Failure::Refused(refused) => judged(refused),
        Failure::NotReached(_) => Verdict::Later { why: away(), after: None },
        Failure::Unanswered(why) => Verdict::Unsure(why.clone()),
    }
}

fn judged(refused: &Refused) -> Verdict {
    let after = refused.retry_after;
    let remedy = refused.code.and_then(codes::remedy).unwrap_or(match refused.status {
        401 => Remedy::Unlock,
        429 | 500.. => Remedy::Wait,
        _ => Remedy::Mend,
    });
    let why = refused.code.map_or_else(|| unnamed(refused.status), codes::explained);
    if refused.code == Some(codes::OPTED_OUT) {
        return Verdict::OptedOut(why);
    }
    match remedy {
        Remedy::Wait => Verdict::Later { why, after },
        Remedy::None => Verdict::Never(why),
        Remedy::Mend => Verdict::Mend(why),
        Remedy::Unlock => Verdict::Locked(why),
    }
}

/// The provider does not answer at all.
fn away() -> MessageError {
    let message = "The provider cannot be reached".to_owned();
    MessageError { code: "PROVIDER_UNAVAILABLE".to_owned(), message }
}

fn unnamed(status: u16) -> MessageError {
    let message = "The provider refused the message and did not say why".to_owned();
    MessageError { code: format!("HTTP_{status}"), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: Option<i64>) -> Verdict {
        verdict(&Failure::Refused(Refused { status, code, retry_after: None }))
    }

    #[test]
    fn what_the_recipient_cannot_get_is_final_and_told_in_a_sentence() {
        let Verdict::OptedOut(why) = of(400, Some(21_610)) else {
            panic!("who opted out is not asked again")
        };
        assert_eq!(
            (why.code.as_str(), why.message.as_str()),
            ("21610", "The recipient has opted out of messages from this number")
        );
        for code in [21_211, 21_614, 21_635, 21_612, 21_617] {
            assert!(matches!(of(400, Some(code)), Verdict::Never(_)), "{code}");
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_a_person_must_mend_is_not() {
        for (status, code) in
            [(429, Some(20_429)), (500, None), (503, Some(20_503)), (400, Some(21_611)), (400, Some(30_001))]
        {
            assert!(matches!(of(status, code), Verdict::Later { .. }), "{status} {code:?}");
        }
        for (status, code) in
            [(400, Some(21_606)), (400, Some(21_408)), (404, Some(20_404)), (400, None), (400, Some(99_999))]
        {
            assert!(matches!(of(status, code), Verdict::Mend(_)), "{status} {code:?}");
        }
        for (status, code) in [(401, Some(20_003)), (401, None), (400, Some(30_002))] {
            assert!(matches!(of(status, code), Verdict::Locked(_)), "{status} {code:?}");
        }
    }

    #[test]
    fn only_what_was_not_answered_is_in_doubt() {
        assert!(matches!(verdict(&Failure::Unanswered("cut".to_owned())), Verdict::Unsure(_)));
        assert!(matches!(verdict(&Failure::NotReached("refused".to_owned())), Verdict::Later { .. }));
    }
}
