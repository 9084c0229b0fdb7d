//! What becomes of an accepted message, and when its webhooks are sent: decided at once, by its dice.

use std::time::Duration;

use super::faults::{Dice, Faults};
use super::tally::Tally;

/// The life of a message. <https://www.twilio.com/docs/messaging/api/message-resource#message-status-values>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Scheduled,
    Queued,
    Sending,
    Sent,
    Delivered,
    /// With the code that says why.
    Undelivered(u32),
    Canceled,
    /// From a handset to us.
    Received,
}

impl Status {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered(_) => "undelivered",
            Self::Canceled => "canceled",
            Self::Received => "received",
        }
    }

    pub(super) const fn error_code(self) -> Option<u32> {
        match self {
            Self::Undelivered(code) => Some(code),
            _ => None,
        }
    }
}

/// Why handsets and carriers do not take a message.
const REASONS: [u32; 5] = [30003, 30005, 30006, 30007, 30008];

/// The way of one message from acceptance to its end, a step at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Course {
    step: Duration,
    end: Status,
}

impl Course {
    pub(super) fn throw(step: Duration, faults: &Faults, dice: &mut Dice) -> Self {
        let lost = if dice.hits(faults.undelivered) { dice.one_of(&REASONS) } else { None };
        Self { step, end: lost.map_or(Status::Delivered, Status::Undelivered) }
    }

    /// How far it is `since` it was let go.
    pub(super) fn status_after(&self, since: Duration) -> Status {
        let steps = self.stations();
        let reached = steps.into_iter().rev().find(|(after, _)| *after <= since);
        reached.map_or(Status::Queued, |(_, status)| status)
    }

    /// How long the whole way takes.
    pub(super) fn lasts(&self) -> Duration {
        self.step * 3
    }

    /// What a status callback tells of, and when it happens. There is none for the first status.
    pub(super) fn stations(&self) -> [(Duration, Status); 3] {
        [(self.step, Status::Sending), (self.step * 2, Status::Sent), (self.lasts(), self.end)]
    }
}

/// How long a late webhook waits, and how far a double is behind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delays {
    pub(super) late: Duration,
    pub(super) double: Duration,
}

/// What befell the webhooks of one message.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Befallen {
    pub(super) late: u64,
    pub(super) duplicated: u64,
    pub(super) reordered: u64,
    pub(super) lost: u64,
}

impl Befallen {
    pub(super) fn count(&self, kind: &str, tally: &Tally) {
        let all = [
            ("late", self.late),
            ("doubled", self.duplicated),
            ("reordered", self.reordered),
            ("lost", self.lost),
        ];
        for (what, many) in all {
            tally.add(format!("{kind} {what}"), many);
        }
    }
}

/// When webhooks leave that were due at these times, after faults; earliest first.
pub(super) fn timetable<T: Copy>(
    due: &[(Duration, T)],
    faults: &Faults,
    delays: Delays,
    dice: &mut Dice,
) -> (Vec<(Duration, T)>, Befallen) {
    let mut befallen = Befallen::default();
    let mut due = due.to_vec();
    for later in 1..due.len() {
        if dice.hits(faults.reorder) {
            let (earlier_at, later_at) = (due[later - 1].0, due[later].0);
            (due[later - 1].0, due[later].0) = (later_at, earlier_at);
            befallen.reordered += 1;
        }
    }
    let mut leaves = Vec::with_capacity(due.len());
    for (mut after, what) in due {
        if dice.hits(faults.lose) {
            befallen.lost += 1;
            continue;
        }
        if dice.hits(faults.late) {
            after += delays.late;
            befallen.late += 1;
        }
        leaves.push((after, what));
        if dice.hits(faults.duplicate) {
            leaves.push((after + delays.double, what));
            befallen.duplicated += 1;
        }
    }
    leaves.sort_by_key(|(after, _)| *after);
    (leaves, befallen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::twilio::faults::Subject;

    const STEP: Duration = Duration::from_millis(10);
    const DELAYS: Delays = Delays { late: Duration::from_secs(2), double: STEP };

    fn dice() -> Dice {
        Dice::of(7, Subject::Message(1))
    }

    fn statuses(faults: &Faults) -> (Vec<&'static str>, Befallen) {
        let course = Course::throw(STEP, faults, &mut dice());
        let (leaves, befallen) = timetable(&course.stations(), faults, DELAYS, &mut dice());
        (leaves.into_iter().map(|(_, status)| status.as_str()).collect(), befallen)
    }

    #[test]
    fn without_faults_every_status_is_told_once_and_in_order() {
        assert_eq!(statuses(&Faults::default()), (vec!["sending", "sent", "delivered"], Befallen::default()));
    }

    #[test]
    fn each_fault_does_what_it_is_named_for() {
        let lost = Faults { lose: 1.0, ..Faults::default() };
        assert_eq!(statuses(&lost).0, Vec::<&str>::new());
        let doubled = Faults { duplicate: 1.0, ..Faults::default() };
        assert_eq!(statuses(&doubled).1.duplicated, 3);
        assert_eq!(statuses(&doubled).0.len(), 6);
        let reordered = Faults { reorder: 1.0, ..Faults::default() };
        // Sending changes places with sent, and then sent with delivered.
        assert_eq!(statuses(&reordered).0, ["delivered", "sending", "sent"]);
        let undelivered = Faults { undelivered: 1.0, ..Faults::default() };
        assert_eq!(statuses(&undelivered).0, ["sending", "sent", "undelivered"]);
    }

    #[test]
    fn what_is_late_leaves_later() {
        let faults = Faults { late: 1.0, ..Faults::default() };
        let (leaves, befallen) = timetable(&[(STEP, ())], &faults, DELAYS, &mut dice());
        assert_eq!((leaves, befallen.late), (vec![(STEP + DELAYS.late, ())], 1));
    }

    #[test]
    fn a_message_is_as_far_as_its_time_says() {
        let course = Course { step: STEP, end: Status::Undelivered(30003) };
        let after = |millis| course.status_after(Duration::from_millis(millis));
        assert_eq!([after(0), after(9)], [Status::Queued; 2]);
        assert_eq!([after(10), after(20)], [Status::Sending, Status::Sent]);
        assert_eq!([after(30), after(9_000)], [Status::Undelivered(30003); 2]);
    }
}
