//! How often an actor may die before it is left to rest.

use std::time::{Duration, Instant};

/// Back-off between rebuilds, and when to stop trying for a while.
#[derive(Clone, Copy, Debug)]
pub struct RestartPolicy {
    /// The wait before the second rebuild; doubled with each further death.
    pub first_wait: Duration,
    /// Deaths within `window` after which the actor rests.
    pub give_up_after: u32,
    /// How long a given-up actor rests, and how long a death is remembered.
    pub window: Duration,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self { first_wait: Duration::from_millis(50), give_up_after: 8, window: Duration::from_secs(60) }
    }
}

/// The deaths of one actor within the window.
#[derive(Debug, Default)]
pub(super) struct Deaths {
    count: u32,
    last: Option<Instant>,
}

impl Deaths {
    /// Counts one more death.
    pub(super) fn note(&mut self, now: Instant, policy: &RestartPolicy) {
        if self.forgotten(now, policy) {
            self.count = 0;
        }
        self.count += 1;
        self.last = Some(now);
    }

    /// Everything that happened is too long ago to matter.
    pub(super) fn forgotten(&self, now: Instant, policy: &RestartPolicy) -> bool {
        self.last.is_none_or(|last| now.duration_since(last) >= policy.window)
    }

    /// It died so often that only time helps.
    pub(super) fn given_up(&self, policy: &RestartPolicy) -> bool {
        self.count >= policy.give_up_after
    }

    /// When the next rebuild may happen; the first one at once.
    pub(super) fn rebuild_at(&self, policy: &RestartPolicy) -> Option<Instant> {
        let last = self.last?;
        if self.given_up(policy) {
            return Some(last + policy.window);
        }
        let doublings = self.count.checked_sub(2)?.min(16);
        Some(last + policy.first_wait * 2_u32.pow(doublings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_death_costs_no_wait_and_later_ones_double_it() {
        let (policy, now) = (RestartPolicy::default(), Instant::now());
        let mut deaths = Deaths::default();
        deaths.note(now, &policy);
        assert_eq!(deaths.rebuild_at(&policy), None);
        deaths.note(now, &policy);
        assert_eq!(deaths.rebuild_at(&policy), Some(now + policy.first_wait));
        deaths.note(now, &policy);
        assert_eq!(deaths.rebuild_at(&policy), Some(now + policy.first_wait * 2));
    }

    #[test]
    fn after_too_many_it_rests_and_later_all_is_forgotten() {
        let (policy, now) = (RestartPolicy::default(), Instant::now());
        let mut deaths = Deaths::default();
        for _ in 0..policy.give_up_after {
            deaths.note(now, &policy);
        }
        assert!(deaths.given_up(&policy));
        assert_eq!(deaths.rebuild_at(&policy), Some(now + policy.window));
        assert!(deaths.forgotten(now + policy.window, &policy));
        deaths.note(now + policy.window, &policy);
        assert!(!deaths.given_up(&policy));
    }
}
