//! How many writers there are, and whose is whose.

use std::sync::Arc;

use entities::TenantId;
use tokio::sync::{Notify, mpsc};

use super::{LANE_QUEUE, Outlet, Waiting, lane::Lane, tenant_hash};
use crate::store::{Line, Store};

/// Starts a lane for each writing connection of the store.
pub(super) fn open(
    store: &Store,
    outlet: &Arc<dyn Outlet>,
    jobs: &Arc<Notify>,
) -> Vec<mpsc::Sender<Waiting>> {
    let open = |line: &Arc<Line>| {
        let (sender, inbox) = mpsc::channel(LANE_QUEUE);
        store.io().spawn(Lane::new(line.clone(), inbox, outlet.clone(), jobs.clone()).run());
        sender
    };
    store.writers().iter().map(open).collect()
}

/// The lane of a tenant: the same on every node.
pub(super) fn of(tenant: TenantId, lanes: usize) -> usize {
    usize::try_from(tenant_hash(tenant) % lanes as u64).unwrap_or_default()
}
