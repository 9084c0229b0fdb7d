//! Who attends something, with how many sessions, and who left so lately that he may be back at once. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use entities::Timestamp;

/// Those who may be leaving at once; one more leaves without delay.
const LEAVING: usize = 10_000;

/// The sessions of many, each counted under a key. Nobody is gone before he was away for the delay.
///
/// It holds one entry for each key with a session, which the sessions themselves bound, and for each that left within
/// the delay, at most [`LEAVING`] of those.
#[derive(Debug)]
pub(super) struct Attendance<K, V> {
    delay_micros: i64,
    stays: BTreeMap<K, Stay<V>>,
    leaving: BTreeSet<(Timestamp, K)>,
}

#[derive(Debug)]
struct Stay<V> {
    sessions: usize,
    /// When he will be gone, unless he comes back before.
    gone_at: Option<Timestamp>,
    about: V,
}

impl<K: Copy + Ord, V> Attendance<K, V> {
    pub(super) fn new(delay_micros: i64) -> Self {
        Self { delay_micros, stays: BTreeMap::new(), leaving: BTreeSet::new() }
    }

    /// One more session. True when this is news: he was not there, and `about` says what is kept of him.
    pub(super) fn come(&mut self, key: K, about: impl FnOnce() -> V) -> bool {
        if let Some(stay) = self.stays.get_mut(&key) {
            stay.sessions += 1;
            if let Some(at) = stay.gone_at.take() {
                self.leaving.remove(&(at, key));
            }
            return false;
        }
        self.stays.insert(key, Stay { sessions: 1, gone_at: None, about: about() });
        true
    }

    /// One session less. After the last one he leaves when the delay is over; an answer says that he left at once,
    /// because too many are leaving.
    pub(super) fn go(&mut self, key: K, now: Timestamp) -> Option<V> {
        let stay = self.stays.get_mut(&key).filter(|stay| stay.sessions > 0)?;
        stay.sessions -= 1;
        if stay.sessions > 0 {
            return None;
        }
        if self.leaving.len() >= LEAVING {
            return self.stays.remove(&key).map(|stay| stay.about);
        }
        let at = Timestamp::from_micros(now.as_micros().saturating_add(self.delay_micros));
        stay.gone_at = Some(at);
        self.leaving.insert((at, key));
        None
    }

    /// Takes out everybody whose delay is over, in the order in which they left.
    pub(super) fn expire(&mut self, now: Timestamp) -> Vec<(K, V)> {
        let mut gone = Vec::new();
        while let Some(&(at, key)) = self.leaving.first().filter(|(at, _)| *at <= now) {
            self.leaving.remove(&(at, key));
            gone.extend(self.stays.remove(&key).map(|stay| (key, stay.about)));
        }
        gone
    }

    pub(super) fn get(&self, key: K) -> Option<&V> {
        self.stays.get(&key).map(|stay| &stay.about)
    }

    pub(super) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        self.stays.get_mut(&key).map(|stay| &mut stay.about)
    }

    /// How many sessions he has; none while he is leaving.
    pub(super) fn sessions(&self, key: K) -> usize {
        self.stays.get(&key).map_or(0, |stay| stay.sessions)
    }

    /// Everybody, in the order of the keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.stays.iter().map(|(key, stay)| (*key, &stay.about))
    }

    /// Everybody whose key is between these two.
    pub(super) fn between(&self, keys: RangeInclusive<K>) -> impl Iterator<Item = (K, &V)> {
        self.stays.range(keys).map(|(key, stay)| (*key, &stay.about))
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
        assert!(attendance.come(1, || "first"));
        assert!(attendance.go(1, at(0)).is_none());
        assert!(attendance.expire(at(4)).is_empty());
        assert!(!attendance.come(1, || "second"), "no news");
        assert!(attendance.expire(at(60)).is_empty());
        assert_eq!((attendance.get(1), attendance.sessions(1)), (Some(&"first"), 1));
    }

    #[test]
    fn who_left_once_cannot_leave_again() {
        let mut attendance = Attendance::new(5_000_000);
        attendance.come(1, || ());
        attendance.go(1, at(0));
        attendance.go(1, at(3));
        attendance.go(2, at(3));
        assert_eq!(attendance.expire(at(5)), [(1, ())]);
        assert!(attendance.expire(at(60)).is_empty());
    }

    #[test]
    fn when_too_many_are_leaving_one_more_leaves_at_once() {
        let mut attendance = Attendance::new(5_000_000);
        for key in 0..=LEAVING {
            attendance.come(key, || key);
        }
        for key in 0..LEAVING {
            assert!(attendance.go(key, at(0)).is_none());
        }
        assert_eq!(attendance.go(LEAVING, at(0)), Some(LEAVING));
        assert_eq!(attendance.expire(at(5)).len(), LEAVING);
        assert_eq!(attendance.iter().count(), 0);
    }
}
