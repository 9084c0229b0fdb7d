//! What a floor needs of a database: take a batch, make it durable.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use uuid::Uuid;

use super::operation::{Operation, Thread};

/// One writing connection.
pub(super) trait Store: Send + 'static {
    /// Inserts the logs of the tenants and the conversations.
    fn seed(&mut self, tenants: &[Uuid], threads: &[Thread]) -> impl Future<Output = Result<()>> + Send;

    /// Commits all operations in one transaction: lock, guard, rows, allocate, events, COMMIT.
    fn commit(&mut self, batch: &[Operation]) -> impl Future<Output = Result<()>> + Send;
}

/// The tenants of a batch, sorted, each once.
pub(super) fn tenants(batch: &[Operation]) -> Vec<Uuid> {
    let mut tenants: Vec<Uuid> = batch.iter().map(|operation| operation.tenant).collect();
    tenants.sort_unstable();
    tenants.dedup();
    tenants
}

/// Gives every operation the next seq of its tenant; `last` then holds the new ends of the logs.
pub(super) fn allocate(batch: &[Operation], last: &mut BTreeMap<Uuid, i64>) -> Result<Vec<i64>> {
    ensure!(last.len() == tenants(batch).len(), "a tenant of the batch has no log");
    Ok(batch
        .iter()
        .filter_map(|operation| {
            let last = last.get_mut(&operation.tenant)?;
            *last += 1;
            Some(*last)
        })
        .collect())
}

/// A guard must have touched every row of the batch: here nobody else writes.
pub(super) fn guarded(what: &str, touched: usize, batch: &[Operation]) -> Result<()> {
    ensure!(touched == batch.len(), "{touched} of {} {what} passed their guard", batch.len());
    Ok(())
}
