//! What the store knows of the settings of tenants.

use entities::{TenantId, scope::SoftDeleted, tenant};

use crate::store::{Store, StoreError};

use super::Settings;

/// The settings of a tenant.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId) -> Result<Option<Settings>, StoreError> {
    Ok(load(store, tenant).await?.as_ref().map(Settings::from))
}

pub(super) async fn load(store: &Store, id: TenantId) -> Result<Option<tenant::Model>, StoreError> {
    store.read(id, move |db| async move { tenant::Entity::live_by_id(id, id).one(&*db).await }).await
}
