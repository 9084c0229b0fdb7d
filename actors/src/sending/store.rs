//! What the store knows of how much tenants send.

use entities::{TenantId, TenantScope, Timestamp, sending};

use crate::store::{Store, StoreError};

use super::{Sending, SpikeRule, state};

/// How much a tenant sends now.
///
/// # Errors
/// [`StoreError`].
pub async fn get(
    store: &Store,
    tenant: TenantId,
    (rule, now): (SpikeRule, Timestamp),
) -> Result<Sending, StoreError> {
    let row = load(store, tenant).await?.unwrap_or_else(|| state::begun(tenant, now));
    Ok(Sending::of(&row, rule, now))
}

pub(super) async fn load(store: &Store, tenant: TenantId) -> Result<Option<sending::Model>, StoreError> {
    store.read(tenant, move |db| async move { sending::Entity::of(tenant).one(&*db).await }).await
}
