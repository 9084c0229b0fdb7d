//! Which tenants live on this node: their channels are heard.

use std::collections::{HashMap, HashSet};

use entities::TenantId;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// Those who live here, and what the connection has not been told of that yet. Both hold a tenant once, and a tenant that left is in
/// neither as soon as the connection was told.
#[derive(Default)]
pub(super) struct Rooms {
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Default)]
struct Inner {
    /// By how many it is kept here.
    attended: HashMap<TenantId, usize>,
    changed: HashSet<TenantId>,
}

/// What the connection has to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) come: Vec<TenantId>,
    pub(super) gone: Vec<TenantId>,
}

impl Rooms {
    pub(super) fn attend(&self, tenant: TenantId) {
        let mut inner = self.inner.lock();
        let kept = inner.attended.entry(tenant).or_default();
        *kept += 1;
        if *kept == 1 {
            inner.changed.insert(tenant);
            self.changed.notify_one();
        }
    }

    pub(super) fn forget(&self, tenant: TenantId) {
        let mut inner = self.inner.lock();
        let Some(kept) = inner.attended.get_mut(&tenant) else { return };
        *kept -= 1;
        if *kept == 0 {
            inner.attended.remove(&tenant);
            inner.changed.insert(tenant);
            self.changed.notify_one();
        }
    }

    /// Waits until there are changes.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What changed since this or [`Self::all`] was asked last. Who left and came again meanwhile is told of once more: that does
    /// no harm.
    pub(super) fn changes(&self) -> Changes {
        let mut inner = self.inner.lock();
        let changed = std::mem::take(&mut inner.changed);
        let (come, gone) = changed.into_iter().partition(|tenant| inner.attended.contains_key(tenant));
        Changes { come, gone }
    }

    /// Everybody who lives here, for a new connection.
    pub(super) fn all(&self) -> Vec<TenantId> {
        let mut inner = self.inner.lock();
        inner.changed.clear();
        inner.attended.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_tenant_is_heard_as_long_as_anybody_keeps_it() {
        let rooms = Rooms::default();
        let [here, there] = [1, 2].map(|id| TenantId::from_uuid(Uuid::from_u128(id)));
        rooms.attend(here);
        rooms.attend(here);
        assert_eq!(rooms.changes(), Changes { come: vec![here], gone: vec![] });
        rooms.forget(here);
        assert_eq!(rooms.changes(), Changes::default(), "somebody keeps it");
        rooms.forget(here);
        rooms.forget(here);
        rooms.attend(there);
        assert_eq!(rooms.changes(), Changes { come: vec![there], gone: vec![here] });
        assert_eq!(rooms.all(), [there]);
    }

    #[test]
    fn a_new_connection_is_told_of_everybody_and_of_no_change_before() {
        let rooms = Rooms::default();
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        rooms.attend(tenant);
        assert_eq!(rooms.all(), [tenant]);
        assert_eq!(rooms.changes(), Changes::default());
    }
}
