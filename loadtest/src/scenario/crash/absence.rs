//! How often a client was cut, how long it was away, and whether it found its place again.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::{ClientError, Ending};

/// From a cut until the client was subscribed again.
#[derive(Clone, Copy, Debug)]
pub(in crate::scenario) struct Absence {
    since: Instant,
    /// The hub said goodbye, with a close code.
    pub(in crate::scenario) was_told: bool,
    back: Option<Back>,
}

#[derive(Clone, Copy, Debug)]
struct Back {
    after: Duration,
    recovered: bool,
}

/// Those of one client, in order.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Absences(Vec<Absence>);

impl Absences {
    /// The line is cut, or could not be restored once more.
    pub(in crate::scenario) fn begin(&mut self, now: Instant, why: &ClientError) {
        if self.0.last().is_some_and(|last| last.back.is_none()) {
            return;
        }
        let was_told = matches!(why, ClientError::Ended(Ending::Closed { .. }));
        self.0.push(Absence { since: now, was_told, back: None });
    }

    /// It is there again, or for the first time, which was no absence.
    pub(in crate::scenario) fn over(&mut self, now: Instant, recovered: Option<bool>) {
        if let Some(last) = self.0.last_mut().filter(|last| last.back.is_none()) {
            last.back = Some(Back { after: now - last.since, recovered: recovered == Some(true) });
        }
    }

    pub(in crate::scenario) fn since(&self, moment: Instant) -> Vec<Absence> {
        self.0.iter().filter(|absence| absence.since >= moment).copied().collect()
    }
}

impl Absence {
    /// How long it lasted; none when it lasts.
    pub(in crate::scenario) fn lasted(&self) -> Option<Duration> {
        self.back.map(|back| back.after)
    }

    /// When it ended; none when it lasts.
    pub(in crate::scenario) fn over_at(&self) -> Option<Instant> {
        self.lasted().map(|lasted| self.since + lasted)
    }

    pub(in crate::scenario) fn found_its_place(&self) -> bool {
        self.back.is_some_and(|back| back.recovered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut() -> ClientError {
        ClientError::Ended(Ending::Cut { reason: String::new() })
    }

    #[test]
    fn tries_that_fail_belong_to_the_same_absence_and_coming_for_the_first_time_is_none() {
        let (mut absences, began) = (Absences::default(), Instant::now());
        let after = |seconds| began + Duration::from_secs(seconds);
        absences.over(began, None);
        assert!(absences.since(began).is_empty());
        absences.begin(after(1), &ClientError::Ended(Ending::Closed { code: 4000, reason: String::new() }));
        absences.begin(after(2), &cut());
        absences.over(after(4), Some(true));
        absences.begin(after(5), &cut());
        absences.over(after(6), Some(false));
        absences.begin(after(7), &cut());
        let all = absences.since(began);
        assert_eq!(all.iter().map(|it| it.was_told).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(all.iter().map(Absence::found_its_place).collect::<Vec<_>>(), [true, false, false]);
        let seconds = |it: &Absence| it.lasted().map(|lasted| lasted.as_secs());
        assert_eq!(all.iter().map(seconds).collect::<Vec<_>>(), [Some(3), Some(1), None]);
        assert_eq!(absences.since(after(5)).len(), 2);
    }
}
