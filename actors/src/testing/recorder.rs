//! An outlet that remembers what was announced.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use entities::TenantId;
use parking_lot::Mutex;

use crate::{event::Recorded, journal::Outlet};

use super::eventually;

/// Keeps every announced event, in the order of the announcements, and passes it on when there is somebody to pass
/// it to.
#[derive(Clone, Default)]
pub struct Recorder {
    heard: Arc<Mutex<Vec<(TenantId, Recorded)>>>,
    next: Arc<Mutex<Option<Arc<dyn Outlet>>>>,
    forgets: Arc<AtomicBool>,
}

impl Recorder {
    /// What was announced about `tenant`.
    #[must_use]
    pub fn of(&self, tenant: TenantId) -> Vec<Recorded> {
        let heard = self.heard.lock();
        heard.iter().filter(|(of, _)| *of == tenant).map(|(_, event)| event.clone()).collect()
    }

    /// The same, once the event of `seq` is among them: callers are answered before the world is told.
    pub async fn up_to(&self, tenant: TenantId, seq: i64) -> Vec<Recorded> {
        eventually("an announcement", async || {
            let told = self.of(tenant);
            told.iter().any(|event| event.seq == seq).then_some(told)
        })
        .await
    }

    /// From now on only passes on: for measurements, whose memory should be the hub's own.
    pub fn forget(&self) {
        self.forgets.store(true, Ordering::Relaxed);
    }

    /// Passes on what comes from now on.
    pub fn pass_to(&self, next: Arc<dyn Outlet>) {
        *self.next.lock() = Some(next);
    }
}

impl Outlet for Recorder {
    fn announce(&self, tenant: TenantId, events: Vec<Recorded>) {
        if !self.forgets.load(Ordering::Relaxed) {
            self.heard.lock().extend(events.iter().map(|event| (tenant, event.clone())));
        }
        let next = self.next.lock().clone();
        if let Some(next) = next {
            next.announce(tenant, events);
        }
    }
}
