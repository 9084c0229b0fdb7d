//! The gate: may this be sent to that address? Pure. Everything that leaves the house to a contact passes it twice, when it is
//! said and when it is handed over.

use std::time::Duration;

use entities::{ConsentId, Timestamp, consent, consent::ConsentState};

/// So long one text may confirm an opt-out (47 CFR 64.1200(a)(12)).
const CONFIRMED_WITHIN: Duration = Duration::from_secs(300);

/// What is known when somebody wants to send.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The last entry about the recipient's address.
    pub newest: Option<&'a consent::Model>,
    /// The opt-out that the message confirms and does nothing else.
    pub confirms: Option<ConsentId>,
    pub now: Timestamp,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    Refused(Block),
}

/// Why something may not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Block {
    /// The recipient wants nothing more, and has not taken that back.
    OptedOut,
}

impl Block {
    /// The public code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OptedOut => "OPTED_OUT",
        }
    }

    /// What a person is told.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OptedOut => {
                "The contact has opted out: nothing is sent before he texts START or new consent is recorded"
            }
        }
    }
}

/// Judges. The first clause that refuses is the reason.
#[must_use]
pub fn judge(question: Question<'_>) -> Verdict {
    match question.newest {
        Some(entry) if entry.state == ConsentState::Revoked && !is_confirmation(entry, question) => {
            Verdict::Refused(Block::OptedOut)
        }
        _ => Verdict::Allowed,
    }
}

/// The one text that is allowed after an opt-out: soon, and of this one.
fn is_confirmation(revoked: &consent::Model, question: Question<'_>) -> bool {
    question.confirms == Some(revoked.id) && question.now.since(revoked.at) <= CONFIRMED_WITHIN
}

#[cfg(test)]
mod tests {
    use entities::{
        AddressKind, Json, Principal, TenantId,
        consent::ConsentSource,
        sealed::{BlindIndex, DataKeyId, Sealed},
    };
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> ConsentId {
        ConsentId::from_uuid(Uuid::from_u128(number))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    fn stopped() -> consent::Model {
        consent::Model {
            id: id(1),
            tenant_id: TenantId::from_uuid(Uuid::nil()),
            contact_id: None,
            kind: AddressKind::Phone,
            label: None,
            sealed_value: Sealed::from_bytes(Vec::new()),
            key_id: DataKeyId::FIRST,
            blind_index: BlindIndex::try_from("A".repeat(43)).unwrap(),
            number: 1,
            state: ConsentState::Revoked,
            scope: Json(Vec::new()),
            source: ConsentSource::Keyword,
            message_id: None,
            note: None,
            at: at(0),
            actor: Principal::System,
        }
    }

    #[test]
    fn an_opt_out_is_confirmed_within_five_minutes_and_no_other_one_is() {
        let entry = stopped();
        let asked = |confirms, now| {
            judge(Question { newest: Some(&entry), confirms, now: at(now) }) == Verdict::Allowed
        };
        assert!(asked(Some(id(1)), 0) && asked(Some(id(1)), 300));
        assert!(!asked(Some(id(1)), 301), "it is too late");
        assert!(!asked(Some(id(2)), 0), "it is another's");
        assert!(!asked(None, 0));
    }
}
