//! What the store knows of keys.

use entities::{
    Digest, KeyId, TenantId, api_key,
    scope::{Place, SoftDeleted},
};

use crate::store::{Store, StoreError};

use super::Key;

/// The key with this secret, unless it was revoked, and whose it is: nobody knows the tenant before.
///
/// # Errors
/// [`StoreError`].
pub async fn by_secret_across_tenants(
    store: &Store,
    hash: Digest,
) -> Result<Option<(TenantId, Key)>, StoreError> {
    let row = store.read_across_tenants(move |db| async move {
        api_key::Entity::by_secret_across_tenants(hash).one(&db).await
    });
    Ok(row.await?.map(|row| (row.tenant_id, Key::from(row))))
}

/// One key, unless it was revoked.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: KeyId) -> Result<Option<Key>, StoreError> {
    Ok(load(store, tenant, id).await?.map(Key::from))
}

/// Keys, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    below: Option<Place>,
    limit: u64,
) -> Result<Vec<Key>, StoreError> {
    let rows = store
        .read(tenant, move |db| async move { api_key::Entity::page(tenant, below, limit).all(&*db).await });
    Ok(rows.await?.into_iter().map(Key::from).collect())
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: KeyId,
) -> Result<Option<api_key::Model>, StoreError> {
    let row =
        store.read(tenant, move |db| async move { api_key::Entity::live_by_id(tenant, id).one(&*db).await });
    row.await
}
