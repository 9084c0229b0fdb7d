//! Credentials that were opened for use, and a short memory of them.

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use entities::{CredentialId, TenantId, Timestamp};
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::CredentialError;

/// What another node changed is seen after so long; what this one changed, at once.
const REMEMBERED_FOR: Duration = Duration::from_secs(30);
/// Credentials in memory; beyond it the memory begins anew.
const REMEMBERED: usize = 10_000;

/// Credentials ready for use. They never show what is in them.
pub struct Opened {
    pub id: CredentialId,
    config: Value,
}

impl Opened {
    pub(super) fn new(id: CredentialId, config: Value) -> Self {
        Self { id, config }
    }

    /// As the type they were kept as.
    ///
    /// # Errors
    /// [`CredentialError::Corrupt`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, CredentialError> {
        T::deserialize(&self.config).map_err(|_| CredentialError::Corrupt)
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({})", self.id)
    }
}

type Entries = HashMap<(TenantId, &'static str), (Timestamp, Arc<Opened>)>;

/// What was opened of late.
#[derive(Default)]
pub(super) struct Recent {
    entries: Mutex<Entries>,
    /// Counts what was forgotten: what was read before is not remembered after.
    forgotten: AtomicU64,
}

/// When somebody began to read what he may have remembered later.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u64);

impl Recent {
    pub(super) fn get(&self, of: (TenantId, &'static str), now: Timestamp) -> Option<Arc<Opened>> {
        let entries = self.entries.lock();
        let (until, opened) = entries.get(&of)?;
        (now < *until).then(|| opened.clone())
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.forgotten.load(Ordering::Acquire))
    }

    pub(super) fn remember(
        &self,
        of: (TenantId, &'static str),
        opened: &Arc<Opened>,
        (mark, now): (Mark, Timestamp),
    ) {
        let mut entries = self.entries.lock();
        if mark != self.mark() {
            return;
        }
        if entries.len() >= REMEMBERED {
            entries.clear();
        }
        entries.insert(of, (now.plus(REMEMBERED_FOR), opened.clone()));
    }

    pub(super) fn forget(&self, of: (TenantId, &str)) {
        let mut entries = self.entries.lock();
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        entries.retain(|(tenant, provider), _| (*tenant, *provider) != of);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const OF: (TenantId, &str) = (TenantId::from_uuid(Uuid::nil()), "courier");

    fn opened() -> Arc<Opened> {
        Arc::new(Opened::new(CredentialId::from_uuid(Uuid::nil()), Value::Null))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn what_was_opened_is_remembered_for_half_a_minute() {
        let recent = Recent::default();
        recent.remember(OF, &opened(), (recent.mark(), at(0)));
        assert!(recent.get(OF, at(29)).is_some());
        assert!(recent.get(OF, at(30)).is_none());
    }

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let recent = Recent::default();
        let mark = recent.mark();
        recent.forget(OF);
        recent.remember(OF, &opened(), (mark, at(0)));
        assert!(recent.get(OF, at(0)).is_none());
        recent.remember(OF, &opened(), (recent.mark(), at(0)));
        recent.forget(OF);
        assert!(recent.get(OF, at(0)).is_none());
    }
}
