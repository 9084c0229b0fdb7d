//! The rate of requests of one socket, and when a client that does not heed it is sent away.

use std::{
    cell::Cell,
    num::NonZeroU32,
    rc::Rc,
    time::{Duration, Instant},
};

use governor::{
    Quota, RateLimiter,
    clock::Clock,
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use super::Admission;
use crate::ws::close::Close;

/// A token bucket of requests. Being refused again and again for ten seconds ends the socket.
#[derive(Debug)]
pub struct RequestRate {
    bucket: RateLimiter<NotKeyed, InMemoryState, ToldClock, NoOpMiddleware<Instant>>,
    clock: ToldClock,
    refill_s: u64,
    excess: Option<Excess>,
}

/// A stretch of time without a quiet second between refusals.
#[derive(Clone, Copy, Debug)]
struct Excess {
    since: Instant,
    latest: Instant,
}

impl RequestRate {
    const PATIENCE: Duration = Duration::from_secs(10);
    const QUIET: Duration = Duration::from_secs(1);

    /// `burst` requests at once, and `per_second` over time. `now` starts the bucket, full.
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32, now: Instant) -> Self {
        let clock = ToldClock(Rc::new(Cell::new(now)));
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            bucket: RateLimiter::direct_with_clock(quota, clock.clone()),
            clock,
            refill_s: u64::from(burst.get().div_ceil(per_second.get())),
            excess: None,
        }
    }

    /// The rate of what is told to everybody else: typing and availability, ten a second and forty at once.
    pub fn of_signals(now: Instant) -> Self {
        const PER_SECOND: NonZeroU32 = NonZeroU32::new(10).unwrap();
        const BURST: NonZeroU32 = NonZeroU32::new(40).unwrap();
        Self::new(PER_SECOND, BURST, now)
    }

    /// Judges one more request.
    pub fn request(&mut self, now: Instant) -> Admission {
        self.clock.0.set(now);
        match self.bucket.check() {
            Ok(()) => Admission::Admitted,
            Err(not_until) => self.refuse(now, not_until.wait_time_from(now)),
        }
    }

    fn refuse(&mut self, now: Instant, retry_after: Duration) -> Admission {
        let since = match self.excess {
            Some(excess) if now.duration_since(excess.latest) < Self::QUIET => excess.since,
            _ => now,
        };
        self.excess = Some(Excess { since, latest: now });
        if now.duration_since(since) >= Self::PATIENCE {
            return Admission::Expelled(Close::RateLimited { retry_after_s: self.refill_s });
        }
        Admission::Refused { retry_after }
    }
}

/// A clock that shows the time it was told, so that the bucket is a function of its inputs.
#[derive(Clone, Debug)]
struct ToldClock(Rc<Cell<Instant>>);

impl Clock for ToldClock {
    type Instant = Instant;

    fn now(&self) -> Instant {
        self.0.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(start: Instant) -> RequestRate {
        RequestRate::new(NonZeroU32::new(50).unwrap(), NonZeroU32::new(100).unwrap(), start)
    }

    /// One request every `every` milliseconds for `seconds`; the last verdict, and how many were admitted.
    fn ask(rate: &mut RequestRate, start: Instant, every: u64, seconds: u64) -> (Admission, usize) {
        let mut admitted = 0;
        let mut latest = Admission::Admitted;
        for at in (0..seconds * 1_000).step_by(every as usize) {
            latest = rate.request(start + Duration::from_millis(at));
            match latest {
                Admission::Admitted => admitted += 1,
                Admission::Refused { .. } => {}
                Admission::Expelled(_) => break,
            }
        }
        (latest, admitted)
    }

    #[test]
    fn a_burst_passes_and_then_the_wait_is_told() {
        let start = Instant::now();
        let mut rate = rate(start);
        for _ in 0..100 {
            assert_eq!(rate.request(start), Admission::Admitted);
        }
        let retry_after = Duration::from_millis(20);
        assert_eq!(rate.request(start), Admission::Refused { retry_after });
        assert_eq!(rate.request(start + retry_after), Admission::Admitted);
    }

    #[test]
    fn the_allowed_rate_is_admitted_for_ever() {
        let start = Instant::now();
        assert_eq!(ask(&mut rate(start), start, 20, 120), (Admission::Admitted, 120 * 50));
    }

    #[test]
    fn twice_the_rate_gets_its_share_and_is_sent_away_after_ten_seconds() {
        let start = Instant::now();
        let (verdict, admitted) = ask(&mut rate(start), start, 10, 60);
        assert_eq!(verdict, Admission::Expelled(Close::RateLimited { retry_after_s: 2 }));
        assert!((690..=710).contains(&admitted), "the burst, and the rate for twelve seconds: {admitted}");
    }

    #[test]
    fn a_client_that_pauses_is_not_sent_away() {
        let start = Instant::now();
        let mut rate = rate(start);
        for round in 0..10 {
            let (verdict, _) = ask(&mut rate, start + Duration::from_secs(12 * round), 5, 9);
            assert!(
                matches!(verdict, Admission::Refused { .. } | Admission::Admitted),
                "round {round}: {verdict:?}"
            );
        }
    }
}
