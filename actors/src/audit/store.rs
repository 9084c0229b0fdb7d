//! What the store knows of the record.

use entities::{TenantId, audit_entry, audit_entry::Filter, scope::Place};

use crate::store::{Store, StoreError};

use super::AuditEntry;

/// Entries, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<AuditEntry>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        audit_entry::Entity::page(tenant, filter, below, limit).all(&*db).await
    });
    Ok(rows.await?.into_iter().map(AuditEntry::from).collect())
}
