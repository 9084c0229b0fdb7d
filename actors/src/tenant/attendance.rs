//! Who attends something, with how many sessions, and who left so lately that he may be back at once. Pure.

use std::collections::{BTreeMap, BTreeSet};

use entities::Timestamp;

/// Those who may be leaving at once; one more leaves without delay.
const LEAVING: usize = 10_000;

/// The sessions of many, each counted under a key. Nobody is gone before he was away for the delay.
///
/// It holds one entry for each key with a session, which the sessions themselves bound, and for each that left within
/// the delay, at most [`LEAVING`] of those.
#[derive(Debug)]
pub(super) struct Attendance<K> {
    delay_micros: i64,
    stays: BTreeMap<K, Stay>,
    leaving: BTreeSet<(Timestamp, K)>,
}

#[derive(Debug, Default)]
struct Stay {
    sessions: usize,
    /// When he will be gone, unless he comes back before.
    gone_at: Option<Timestamp>,
}

impl<K: Copy + Ord> Attendance<K> {
    pub(super) fn new(delay_micros: i64) -> Self {
        Self { delay_micros, stays: BTreeMap::new(), leaving: BTreeSet::new() }
    }

    /// One more session. True when this is news: he was not there.
    pub(super) fn come(&mut self, key: K) -> bool {
        let fresh = !self.stays.contains_key(&key);
        let stay = self.stays.entry(key).or_default();
        stay.sessions += 1;
        if let Some(at) = stay.gone_at.take() {
            self.leaving.remove(&(at, key));
        }
        fresh
    }

    /// One session less. After the last one he leaves when the delay is over; true says that he left at once, because too
    /// many are leaving.
    pub(super) fn go(&mut self, key: K, now: Timestamp) -> bool {
        let Some(stay) = self.stays.get_mut(&key).filter(|stay| stay.sessions > 0) else { return false };
        stay.sessions -= 1;
        if stay.sessions > 0 {
            return false;
        }
        if self.leaving.len() >= LEAVING {
            return self.stays.remove(&key).is_some();
        }
        let at = Timestamp::from_micros(now.as_micros().saturating_add(self.delay_micros));
        stay.gone_at = Some(at);
        self.leaving.insert((at, key));
        false
    }

    /// Those whose delay is over, in the order in which they left.
    pub(super) fn over(&self, now: Timestamp) -> impl Iterator<Item = K> {
        self.leaving.iter().take_while(move |(at, _)| *at <= now).map(|(_, key)| *key)
    }

    /// Takes them out.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<K> {
        let mut gone = Vec::new();
        while let Some((at, key)) = self.leaving.first().copied().filter(|(at, _)| *at <= now) {
            self.leaving.remove(&(at, key));
            self.stays.remove(&key);
            gone.push(key);
        }
        gone
    }

    /// How many sessions he has; none while he is leaving.
    pub(super) fn sessions(&self, key: K) -> usize {
        self.stays.get(&key).map_or(0, |stay| stay.sessions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn who_comes_back_within_the_delay_was_never_away() {
        let mut attendance = Attendance::new(5_000_000);
        assert!(attendance.come(1));
        assert!(!attendance.go(1, at(0)));
        assert!(attendance.expire(at(4)).is_empty());
        assert!(!attendance.come(1), "no news");
        assert!(attendance.expire(at(60)).is_empty());
        assert_eq!(attendance.sessions(1), 1);
    }

    #[test]
    fn who_left_once_cannot_leave_again() {
        let mut attendance = Attendance::new(5_000_000);
        attendance.come(1);
        attendance.go(1, at(0));
        attendance.go(1, at(3));
        attendance.go(2, at(3));
        assert_eq!(attendance.expire(at(5)), [1]);
        assert!(attendance.expire(at(60)).is_empty());
    }

    #[test]
    fn when_too_many_are_leaving_one_more_leaves_at_once() {
        let mut attendance = Attendance::new(5_000_000);
        for key in 0..=LEAVING {
            attendance.come(key);
        }
        for key in 0..LEAVING {
            assert!(!attendance.go(key, at(0)));
        }
        assert!(attendance.go(LEAVING, at(0)));
        assert_eq!(attendance.expire(at(5)).len(), LEAVING);
        assert!(attendance.come(LEAVING), "nobody is left");
    }
}
