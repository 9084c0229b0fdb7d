//! The threads actors live on: one arbiter per core, tenants hashed onto them.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use actix::{Arbiter, ArbiterHandle};
use entities::TenantId;

/// A fixed set of arbiters. All actors of a tenant live on the same one.
pub struct Arbiters {
    arbiters: Vec<Arbiter>,
}

impl Arbiters {
    /// Starts `count` threads. Must be called inside an actix `System`.
    #[must_use]
    pub fn start(count: usize) -> Self {
        Self { arbiters: (0..count.max(1)).map(|_| Arbiter::new()).collect() }
    }

    /// The arbiter of a tenant, the same on every call.
    #[must_use]
    pub fn of(&self, tenant: TenantId) -> ArbiterHandle {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(tenant);
        let index = usize::try_from(hash % self.arbiters.len() as u64).unwrap_or_default();
        self.arbiters[index].handle()
    }

    /// Ends the threads, and with them every actor.
    pub fn stop(&self) {
        for arbiter in &self.arbiters {
            arbiter.stop();
        }
    }
}

impl Drop for Arbiters {
    fn drop(&mut self) {
        self.stop();
    }
}
