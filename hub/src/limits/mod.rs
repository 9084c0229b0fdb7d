//! How often somebody may knock: one table of limits for both doors and all workers.
//!
//! A limit is a property of a route's place: what providers send is not counted here (see [`is_counted`]), because a
//! provider that is refused does not come again.

mod limit;
mod slots;

use std::net::IpAddr;

use entities::{TenantId, UserId};

pub use self::limit::{Limit, household};
use crate::{
    auth::Identity,
    config,
    error::{ApiError, Code},
};

/// What is counted, and for whom.
pub struct Limits {
    /// Requests of an address over REST.
    requests: Limit,
    /// Upgrades to a WebSocket of an address.
    handshakes: Limit,
    /// Requests of an address whose authentication fails.
    failures: Limit,
    /// Passwords and codes an address tries.
    attempts: Limit,
    /// Passwords somebody tries for an e-mail address, wherever he is.
    passwords: Limit,
    /// Web chat sessions an address opens: each makes a contact, and nobody has signed in for it.
    visits: Limit,
    /// Calls that a user places.
    calls: Limit,
    /// Calls that all users of a tenant place.
    calls_of_tenant: Limit,
    /// Requests of a user or visitor over REST.
    of_caller: Limit,
    /// Requests of all users of a tenant over REST.
    of_tenant: Limit,
}

impl Limits {
    /// As the settings say.
    pub fn new(settings: &config::Limits) -> Self {
        let (times, burst) = (settings.requests_per_s, settings.burst);
        let shared = |times: u32| Limit::per_second(times, times.saturating_mul(2));
        Self {
            requests: shared(settings.of_many(settings.address_requests_per_s)),
            handshakes: shared(settings.of_many(settings.address_handshakes_per_s)),
            failures: Limit::per_minute(settings.failures_per_minute),
            attempts: Limit::per_minute(settings.sign_ins_per_minute),
            passwords: Limit::per_minute(settings.passwords_per_minute),
            visits: Limit::per_minute(settings.visits_per_minute),
            calls: Limit::per_minute(settings.calls_per_minute),
            calls_of_tenant: Limit::per_minute(settings.calls_of_tenant()),
            of_caller: Limit::per_second(times, burst),
            of_tenant: shared(settings.of_many(settings.tenant_requests_per_s)),
        }
    }

    /// One request over REST, before anything is known of who asks.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn request(&self, address: IpAddr) -> Result<(), ApiError> {
        self.requests.admit(household(address))
    }

    /// The same, once it is known who asks.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn identified(&self, identity: &Identity) -> Result<(), ApiError> {
        self.of_caller.admit((identity.tenant, identity.principal()))?;
        self.of_tenant.admit(identity.tenant)
    }

    /// One upgrade.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn handshake(&self, address: IpAddr) -> Result<(), ApiError> {
        self.handshakes.admit(household(address))
    }

    /// What somebody is told who is refused as `refusal` says: the same, until his address fails too often. A token that
    /// has ended was a good one and does not count. Good tokens of the address go on to be good.
    #[must_use]
    pub fn failed(&self, address: IpAddr, refusal: ApiError) -> ApiError {
        match refusal.code {
            Code::Unauthenticated => self.failures.admit(household(address)).err().unwrap_or(refusal),
            _ => refusal,
        }
    }

    /// What somebody is told whose webhook nobody vouches for: `refusal`, until his address fails too often. One that is
    /// proven is never counted: its provider shares the address with many, and does not come again.
    #[must_use]
    pub fn unproven(&self, address: IpAddr, refusal: ApiError) -> ApiError {
        self.failures.admit(household(address)).err().unwrap_or(refusal)
    }

    /// One try of an address at a password or a code. A good one is given back.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn attempt(&self, address: IpAddr) -> Result<(), ApiError> {
        self.attempts.admit(household(address))
    }

    /// The try was a good one.
    pub fn attempt_succeeded(&self, address: IpAddr) {
        self.attempts.give_back(household(address));
    }

    /// One try at the password of an e-mail address, known or not. A right one is given back.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn password(&self, email: &str) -> Result<(), ApiError> {
        self.passwords.admit(email.trim().to_lowercase())
    }

    /// The password was right.
    pub fn password_was_right(&self, email: &str) {
        self.passwords.give_back(email.trim().to_lowercase());
    }

    /// One call that a user places. One the tenant may not place does not count for him.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn place(&self, tenant: TenantId, user: UserId) -> Result<(), ApiError> {
        self.calls.admit((tenant, user))?;
        self.calls_of_tenant.admit(tenant).inspect_err(|_| self.calls.give_back((tenant, user)))
    }

    /// One web chat session.
    ///
    /// # Errors
    /// RATE_LIMITED.
    pub fn visit(&self, address: IpAddr) -> Result<(), ApiError> {
        self.visits.admit(household(address))
    }
}

/// What REST's limits do not count: the WebSocket has its own, probes must be answered, and providers do not come again.
const NOT_COUNTED: [&str; 6] =
    ["/ws", "/health", "/metrics", "/api/webhooks/twilio/", "/api/vapi/", "/twilio-personalization"];

/// Do the limits of an address count a request for this path?
#[must_use]
pub fn is_counted(path: &str) -> bool {
    !NOT_COUNTED.iter().any(|place| path.starts_with(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_providers_send_and_probes_ask_is_not_counted() {
        for path in ["/api/webhooks/twilio/abc/sms", "/api/vapi/webhook", "/health/ready", "/ws"] {
            assert!(!is_counted(path), "{path}");
        }
        for path in ["/api/webhooks", "/api/me", "/api/auth/login", "/console/"] {
            assert!(is_counted(path), "{path}");
        }
    }
}
