//! A limit per address for doors that need no token yet: signing in, one-time codes, web chat sessions.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::client;
use crate::error::ApiError;

/// Attempts a minute of one address on the routes of `/api/auth`.
pub const SIGN_INS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).expect("not zero");

/// After so many requests the addresses that were quiet for long enough are forgotten; so the map holds no more than
/// those of about one refill.
const FORGET_EVERY: u32 = 1_024;

type Limiter<C> = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// Counts requests per address.
pub struct PerAddress<C: Clock = MonotonicClock> {
    limiter: Limiter<C>,
    clock: C,
    requests: AtomicU32,
}

impl PerAddress {
    /// So many a minute, all of them at once if need be.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self::with_clock(requests, MonotonicClock)
    }
}

impl<C: Clock + Clone> PerAddress<C> {
    fn with_clock(requests: NonZeroU32, clock: C) -> Self {
        let limiter = RateLimiter::hashmap_with_clock(Quota::per_minute(requests), clock.clone());
        Self { limiter, clock, requests: AtomicU32::new(0) }
    }

    /// Lets one request of the address through, or says how long to wait.
    pub fn admit(&self, address: IpAddr) -> Result<(), ApiError> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&household(address))
            .map_err(|early| ApiError::rate_limited(early.wait_time_from(self.clock.now())))
    }
}

/// Counts the web chat sessions an address opens: each makes a contact, and nobody has signed in for it.
pub struct Visits(PerAddress);

impl Visits {
    /// So many a minute.
    pub fn per_minute(visits: u32) -> Self {
        Self(PerAddress::per_minute(NonZeroU32::new(visits).unwrap_or(NonZeroU32::MIN)))
    }

    /// Lets one visit through, or says how long to wait.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn admit(&self, address: IpAddr) -> Result<(), ApiError> {
        self.0.admit(address)
    }
}

/// Who has one IPv6 address has the 2^64 of its network.
fn household(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// The middleware for a scope, with `web::Data<PerAddress>` in the app's data: `scope.wrap(from_fn(limits::per_address))`.
pub async fn per_address<B: MessageBody + 'static>(
    limit: web::Data<PerAddress>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match limit.admit(client::address(request.request())) {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        Err(refusal) => Ok(request.error_response(refusal).map_into_right_body()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;

    use super::*;
    use crate::error::Code;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_address_is_held_back_without_the_others() {
        let clock = FakeRelativeClock::default();
        let limit = PerAddress::with_clock(NonZeroU32::new(2).unwrap(), clock.clone());
        let loud = address("203.0.113.9");
        assert!(limit.admit(loud).and(limit.admit(loud)).is_ok());
        let refusal = limit.admit(loud).unwrap_err();
        assert_eq!(refusal.code, Code::RateLimited);
        assert_eq!(refusal.details["retry_after_ms"], 30_000);
        assert!(limit.admit(address("203.0.113.10")).is_ok());
        clock.advance(Duration::from_secs(30));
        assert!(limit.admit(loud).is_ok());
    }

    #[test]
    fn the_addresses_of_one_network_count_together() {
        let limit = PerAddress::with_clock(NonZeroU32::MIN, FakeRelativeClock::default());
        assert!(limit.admit(address("2001:db8::1")).is_ok());
        assert!(limit.admit(address("2001:db8::ffff:1")).is_err());
        assert!(limit.admit(address("2001:db8:0:1::1")).is_ok());
    }

    #[test]
    fn quiet_addresses_are_forgotten() {
        let clock = FakeRelativeClock::default();
        let limit = PerAddress::with_clock(NonZeroU32::MIN, clock.clone());
        for host in 0..FORGET_EVERY {
            let _ = limit.admit(std::net::Ipv4Addr::from_bits(host).into());
        }
        clock.advance(Duration::from_secs(120));
        for _ in 0..FORGET_EVERY {
            let _ = limit.admit(address("203.0.113.9"));
        }
        assert!(limit.limiter.len() <= 2);
    }
}
