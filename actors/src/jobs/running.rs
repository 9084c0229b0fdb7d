//! What this node has in hand.

use std::{collections::HashMap, sync::Arc};

use entities::{JobId, TenantId};
use parking_lot::Mutex;
use tokio::sync::Notify;

/// The jobs in hand, at most as many as there are hands.
#[derive(Clone)]
pub(super) struct Running {
    inner: Arc<Inner>,
}

struct Inner {
    hands: usize,
    /// Removed when its `Hand` is dropped.
    jobs: Mutex<HashMap<JobId, (TenantId, &'static str)>>,
    /// A hand became free.
    freed: Notify,
}

/// One job in hand; free again when dropped.
pub(super) struct Hand {
    job: JobId,
    inner: Arc<Inner>,
}

impl Running {
    pub(super) fn new(hands: usize) -> Self {
        Self { inner: Arc::new(Inner { hands, jobs: Mutex::default(), freed: Notify::new() }) }
    }

    /// How many hands are free.
    pub(super) fn room(&self) -> usize {
        self.inner.hands.saturating_sub(self.len())
    }

    pub(super) fn len(&self) -> usize {
        self.inner.jobs.lock().len()
    }

    /// How many of each tenant are in hand.
    pub(super) fn by_tenant(&self) -> HashMap<TenantId, usize> {
        let mut counts = HashMap::new();
        for (tenant, _) in self.inner.jobs.lock().values() {
            *counts.entry(*tenant).or_default() += 1;
        }
        counts
    }

    /// How many of this kind are in hand.
    pub(super) fn of_kind(&self, name: &str) -> usize {
        self.inner.jobs.lock().values().filter(|(_, kind)| *kind == name).count()
    }

    pub(super) fn holds(&self, job: JobId) -> bool {
        self.inner.jobs.lock().contains_key(&job)
    }

    pub(super) fn take(&self, job: JobId, tenant: TenantId, kind: &'static str) -> Hand {
        self.inner.jobs.lock().insert(job, (tenant, kind));
        Hand { job, inner: self.inner.clone() }
    }

    /// Ready when a hand became free since the last time.
    pub(super) async fn freed(&self) {
        self.inner.freed.notified().await;
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.inner.jobs.lock().remove(&self.job);
        self.inner.freed.notify_one();
    }
}
