//! Somebody who follows what a live tenant sees.

use std::sync::{Arc, OnceLock, Weak};

use entities::TenantId;

use crate::event::LiveEvent;

/// Is told by live tenants, from inside their actors: it must not wait.
pub trait Observer: Send + Sync + 'static {
    /// Events, each once and in order, while the tenant is live.
    fn happened(&self, tenant: TenantId, events: &[Arc<LiveEvent>]);

    /// A user came with one more session, or says something else of himself.
    fn can_be_asked(&self, tenant: TenantId);
}

/// Where the observer of a room stands once there is one. It does not keep him: he knows the room.
#[derive(Clone, Default)]
pub(super) struct Observed(Arc<OnceLock<Weak<dyn Observer>>>);

impl Observed {
    /// The first one stays.
    pub(super) fn by(&self, observer: Weak<dyn Observer>) {
        let _ = self.0.set(observer);
    }

    pub(super) fn tell(&self, what: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = self.0.get().and_then(Weak::upgrade) {
            what(&*observer);
        }
    }
}
