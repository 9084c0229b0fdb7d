//! One limit: so much in so much time for each caller, in memory that does not grow.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
};

use super::slots::Slots;
use crate::error::ApiError;

/// Counts what each caller does.
pub struct Limit<C: Clock = MonotonicClock> {
    limiter: RateLimiter<u64, Slots, C, NoOpMiddleware<C::Instant>>,
    slots: Slots,
    clock: C,
    /// Nobody can choose whom he shares a place with.
    hashes: RandomState,
    cost: Duration,
}

impl Limit {
    /// So many a minute, all of them at once if need be.
    pub fn per_minute(times: u32) -> Self {
        Self::with_clock(Quota::per_minute(at_least_one(times)), MonotonicClock)
    }

    /// So many a second, and `burst` of them at once.
    pub fn per_second(times: u32, burst: u32) -> Self {
        let quota = Quota::per_second(at_least_one(times)).allow_burst(at_least_one(burst));
        Self::with_clock(quota, MonotonicClock)
    }
}

impl<C: Clock + Clone> Limit<C> {
    fn with_clock(quota: Quota, clock: C) -> Self {
        let slots = Slots::empty();
        let limiter = RateLimiter::new(quota, slots.clone(), clock.clone());
        Self { limiter, slots, clock, hashes: RandomState::new(), cost: quota.replenish_interval() }
    }

    /// Lets a caller do it once more, or says how long to wait.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn admit(&self, caller: impl Hash) -> Result<(), ApiError> {
        let key = self.hashes.hash_one(caller);
        let admitted = self.limiter.check_key(&key);
        admitted.map_err(|early| ApiError::rate_limited(early.wait_time_from(self.clock.now())))
    }

    /// It did not count after all.
    pub fn give_back(&self, caller: impl Hash) {
        self.slots.give_back(self.hashes.hash_one(caller), self.cost);
    }
}

/// Whom an address stands for. Who has one IPv6 address has the 2^64 of its network.
pub fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

fn at_least_one(times: u32) -> NonZeroU32 {
    NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::error::Code;

    fn limit(times: u32) -> (Limit<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Limit::with_clock(Quota::per_minute(at_least_one(times)), clock.clone()), clock)
    }

    #[test]
    fn one_caller_is_held_back_without_the_others() {
        let (limit, clock) = limit(2);
        assert!(limit.admit("loud").and(limit.admit("loud")).is_ok());
        let refusal = limit.admit("loud").unwrap_err();
        assert_eq!(refusal.code, Code::RateLimited);
        assert_eq!(refusal.details["retry_after_ms"], 30_000);
        assert!(limit.admit("quiet").is_ok());
        clock.advance(Duration::from_secs(30));
        assert!(limit.admit("loud").is_ok());
    }

    #[test]
    fn what_is_given_back_does_not_count_and_no_more_than_that() {
        let (limit, _) = limit(2);
        for _ in 0..10 {
            limit.admit("grace").unwrap();
            limit.give_back("grace");
        }
        assert!(limit.admit("grace").and(limit.admit("grace")).is_ok());
        assert!(limit.admit("grace").is_err());
    }

    #[test]
    fn a_spray_of_callers_takes_no_more_memory_and_frees_nobody() {
        let (limit, _) = limit(1);
        limit.admit("loud").unwrap();
        for caller in 0..200_000_u32 {
            let _ = limit.admit(caller);
        }
        assert!(limit.admit("loud").is_err());
    }

    #[test]
    fn the_addresses_of_one_network_are_one_household() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.10"));
    }
}
