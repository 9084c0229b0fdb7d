//! The gate: may this be sent to that address, and when? Pure. Everything that leaves the house to a contact passes it twice,
//! when it is said and when it is handed over.

use std::time::Duration;

use entities::{ConsentId, Timestamp, consent, consent::ConsentState, message::MessageClass};

use super::Recipient;

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
    /// What is to be sent; `None` asks about consent alone.
    pub sending: Option<Sending<'a>>,
}

/// What is to be sent, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    pub class: MessageClass,
    /// Nobody asked for it: it counts against the cap.
    pub automatic: bool,
    pub to: &'a Recipient,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    /// Not in these hours of the recipient's day; from then on it is.
    Held {
        until: Timestamp,
    },
    Refused(Block),
}

/// Why something may not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Block {
    /// The recipient wants nothing more, and has not taken that back.
    OptedOut,
    /// Nobody recorded that he wants to hear of offers.
    NoConsent,
    /// He got as much as he may unasked.
    Capped { until: Timestamp },
    /// It is night where he may be, or nobody knows where that is.
    QuietHours { until: Option<Timestamp> },
}

impl Block {
    /// The public code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OptedOut => "OPTED_OUT",
            Self::NoConsent => "NO_CONSENT",
            Self::Capped { .. } => "CAPPED",
            Self::QuietHours { .. } => "QUIET_HOURS",
        }
    }

    /// What a person is told.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::OptedOut => {
                "The contact has opted out: nothing is sent before he texts START or new consent is recorded"
            }
            Self::NoConsent => "Nobody recorded that the contact consents to marketing",
            Self::Capped { .. } => "The contact got as many automatic texts as he may in this time",
            Self::QuietHours { until: Some(_) } => "It is quiet hours where the contact is",
            Self::QuietHours { until: None } => {
                "Nobody knows when it is day where the contact is: set the contact's time zone"
            }
        }
    }

    /// From when on it may be sent, when waiting is all it takes.
    #[must_use]
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::OptedOut | Self::NoConsent => None,
            Self::Capped { until } => Some(until),
            Self::QuietHours { until } => until,
        }
    }
}

/// Judges. The first clause that refuses is the reason.
#[must_use]
pub fn judge(question: Question<'_>) -> Verdict {
    let Question { newest, sending, now, .. } = question;
    if let Some(entry) = newest.filter(|entry| entry.state == ConsentState::Revoked) {
        let confirms = is_confirmation(entry, question);
        return if confirms { Verdict::Allowed } else { Verdict::Refused(Block::OptedOut) };
    }
    let Some(sending) = sending else { return Verdict::Allowed };
    if sending.class == MessageClass::Marketing && !newest.is_some_and(is_for_marketing) {
        return Verdict::Refused(Block::NoConsent);
    }
    sending.capped(now).or_else(|| sending.quiet(now)).unwrap_or(Verdict::Allowed)
}

/// The one text that is allowed after an opt-out: soon, and of this one.
fn is_confirmation(revoked: &consent::Model, question: Question<'_>) -> bool {
    question.confirms == Some(revoked.id) && question.now.since(revoked.at) <= CONFIRMED_WITHIN
}

fn is_for_marketing(entry: &consent::Model) -> bool {
    entry.state == ConsentState::Granted && entry.scope.0.contains(&MessageClass::Marketing)
}

impl Sending<'_> {
    /// What the cap says against it.
    fn capped(&self, now: Timestamp) -> Option<Verdict> {
        let until = self.to.compliance.cap.until(&self.to.unasked, now).filter(|_| self.automatic)?;
        Some(Verdict::Refused(Block::Capped { until }))
    }

    /// What the hours of the recipient's day say against it.
    fn quiet(&self, now: Timestamp) -> Option<Verdict> {
        let compliance = &self.to.compliance;
        if !compliance.classes.contains(&self.class) {
            return None;
        }
        let nowhere = Verdict::Refused(Block::QuietHours { until: None });
        let Ok(now) = jiff::Timestamp::from_microsecond(now.as_micros()) else { return Some(nowhere) };
        match compliance.hours.next_allowed(now, &self.to.zones) {
            Some(free) if free <= now => None,
            Some(free) => Some(Verdict::Held { until: Timestamp::from_micros(free.as_microsecond()) }),
            None => Some(nowhere),
        }
    }
}

#[cfg(test)]
mod tests {
    use entities::{
        AddressKind, Json, Principal, TenantId,
        consent::ConsentSource,
        sealed::{BlindIndex, DataKeyId, Sealed},
    };
    use jiff::tz::TimeZone;
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
            judge(Question { newest: Some(&entry), confirms, now: at(now), sending: None })
                == Verdict::Allowed
        };
        assert!(asked(Some(id(1)), 0) && asked(Some(id(1)), 300));
        assert!(!asked(Some(id(1)), 301), "it is too late");
        assert!(!asked(Some(id(2)), 0), "it is another's");
        assert!(!asked(None, 0));
    }

    /// In New York, where it is 7:00 at noon.
    fn recipient(unasked: &[Timestamp]) -> Recipient {
        let zones = vec![TimeZone::get("America/New_York").unwrap()];
        Recipient { zones, unasked: unasked.to_vec(), ..Recipient::default() }
    }

    fn on_friday(time: &str) -> Timestamp {
        format!("2026-11-20T{time}Z").parse().unwrap()
    }

    fn verdict(class: MessageClass, automatic: bool, to: &Recipient) -> Verdict {
        let sending = Some(Sending { class, automatic, to });
        judge(Question { newest: None, confirms: None, now: on_friday("12:00:00"), sending })
    }

    #[test]
    fn marketing_needs_consent_and_the_rest_does_not() {
        let to = recipient(&[]);
        assert_eq!(verdict(MessageClass::Marketing, false, &to), Verdict::Refused(Block::NoConsent));
        assert_eq!(verdict(MessageClass::Transactional, false, &to), Verdict::Allowed);
    }

    #[test]
    fn what_is_said_at_night_waits_for_the_morning_where_the_class_minds() {
        let mut to = recipient(&[]);
        to.compliance.classes = vec![MessageClass::Transactional];
        let morning = Verdict::Held { until: on_friday("13:00:00") };
        assert_eq!(verdict(MessageClass::Transactional, false, &to), morning);
        assert_eq!(verdict(MessageClass::Conversational, false, &to), Verdict::Allowed);
        to.zones.clear();
        let nowhere = Verdict::Refused(Block::QuietHours { until: None });
        assert_eq!(verdict(MessageClass::Transactional, false, &to), nowhere);
    }

    #[test]
    fn what_nobody_asked_for_is_capped_and_an_answer_is_not() {
        let to = recipient(&[on_friday("11:30:00")]);
        let capped = Verdict::Refused(Block::Capped { until: on_friday("12:30:00") });
        assert_eq!(verdict(MessageClass::Transactional, true, &to), capped);
        assert_eq!(verdict(MessageClass::Transactional, false, &to), Verdict::Allowed);
        let earlier = recipient(&[on_friday("11:00:00")]);
        assert_eq!(verdict(MessageClass::Transactional, true, &earlier), Verdict::Allowed);
    }
}
