//! How a node empties itself: its sessions are sent elsewhere one after the other, so that no other node gets them all at once.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use actors::tenant::SessionKey;

/// How often it is looked whether everybody has left.
const LOOK: Duration = Duration::from_millis(50);
/// Sessions leave at so many moments, spread over the time.
const MOMENTS: u64 = 1_000;

/// Whether the node is leaving, since when, and who is still here.
pub struct Departure {
    lasts: Duration,
    began: OnceLock<Instant>,
    sessions: AtomicUsize,
}

impl Departure {
    /// One that lasts so long when it comes.
    #[must_use]
    pub fn lasting(lasts: Duration) -> Self {
        Self { lasts, began: OnceLock::new(), sessions: AtomicUsize::new(0) }
    }

    /// It begins, unless it began before.
    pub fn begin(&self) {
        self.began.get_or_init(Instant::now);
    }

    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.began.get().is_some()
    }

    /// It is this session's turn to go. Neighbours go at different moments.
    #[must_use]
    pub fn is_due(&self, session: SessionKey) -> bool {
        self.began.get().is_some_and(|began| began.elapsed() >= self.moment_of(session))
    }

    fn moment_of(&self, SessionKey(session): SessionKey) -> Duration {
        // An odd step that has nothing in common with the number of moments visits each of them.
        let moment = session.wrapping_mul(619) % MOMENTS;
        self.lasts.mul_f64(moment as f64 / MOMENTS as f64)
    }

    /// A session came.
    pub(crate) fn came(&self) {
        self.sessions.fetch_add(1, Ordering::Relaxed);
    }

    /// It is gone.
    pub(crate) fn went(&self) {
        self.sessions.fetch_sub(1, Ordering::Relaxed);
    }

    /// Waits until nobody is here any more, or the time is over.
    pub async fn over(&self) {
        self.begin();
        let is_over = || self.began.get().is_none_or(|began| began.elapsed() >= self.lasts);
        while self.sessions.load(Ordering::Relaxed) > 0 && !is_over() {
            actix::clock::sleep(LOOK).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_leave_evenly_over_the_whole_time() {
        let departure = Departure::lasting(Duration::from_secs(10));
        assert!(!departure.has_begun() && !departure.is_due(SessionKey(0)));
        let mut moments: Vec<Duration> =
            (5_000..6_000).map(|key| departure.moment_of(SessionKey(key))).collect();
        moments.sort_unstable();
        for (place, moment) in moments.iter().enumerate() {
            assert_eq!(*moment, Duration::from_millis(10 * place as u64), "each moment is one session's");
        }
    }

    #[actix_rt::test]
    async fn who_waits_for_nobody_does_not_wait() {
        let departure = Departure::lasting(Duration::from_secs(3_600));
        departure.over().await;
        assert!(departure.has_begun());
        departure.came();
        departure.went();
        departure.over().await;
        let at_once = Departure::lasting(Duration::ZERO);
        at_once.came();
        at_once.over().await;
        assert!(at_once.is_due(SessionKey(7)));
    }
}
