//! What the store knows of credentials.

use entities::{
    CredentialId, TenantId, Timestamp,
    credential::{self, config_aad},
    sealed::SealError,
};

use crate::store::{Store, StoreError};

use super::{Credential, CredentialError, Integration, Opened, state};

/// What is kept of a provider.
///
/// # Errors
/// [`StoreError`].
pub async fn get(
    store: &Store,
    tenant: TenantId,
    provider: &'static str,
) -> Result<Option<Credential>, StoreError> {
    let row = load(store, tenant, provider).await?;
    Ok(row.filter(|row| row.deleted_at.is_none()).map(Credential::from))
}

/// How it goes with each of `providers`, in their order.
///
/// # Errors
/// [`StoreError`].
pub async fn integrations(
    store: &Store,
    tenant: TenantId,
    providers: &[&str],
) -> Result<Vec<Integration>, StoreError> {
    let rows = store.read(tenant, move |db| async move { credential::Entity::kept(tenant).all(&*db).await });
    let rows = rows.await?;
    let of = |provider: &&str| {
        let row = rows.iter().find(|row| row.provider == **provider).cloned();
        row.map_or_else(|| Integration::none(provider), Integration::from)
    };
    Ok(providers.iter().map(of).collect())
}

/// Up to when everything the provider took for the tenant is known here; `None` when nobody has looked yet.
///
/// # Errors
/// [`StoreError`].
pub async fn caught_up_at(
    store: &Store,
    tenant: TenantId,
    provider: &'static str,
) -> Result<Option<Timestamp>, StoreError> {
    Ok(load(store, tenant, provider).await?.and_then(|row| row.caught_up_at))
}

/// What all tenants keep, by id, behind `after`.
pub(super) async fn kept_across_tenants(
    store: &Store,
    after: Option<CredentialId>,
    limit: u64,
) -> Result<Vec<credential::Model>, StoreError> {
    let rows = store.read_across_tenants(move |db| async move {
        credential::Entity::kept_across_tenants(after, limit).all(&db).await
    });
    rows.await
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    provider: &'static str,
) -> Result<Option<credential::Model>, StoreError> {
    let row = store.read(tenant, move |db| async move {
        credential::Entity::of_provider(tenant, provider).one(&*db).await
    });
    row.await
}

/// Opens what is kept, unless the provider takes it no more.
pub(super) async fn open(
    store: &Store,
    tenant: TenantId,
    provider: &'static str,
) -> Result<Opened, CredentialError> {
    let row = state::kept(load(store, tenant, provider).await?)?;
    if !row.is_active {
        return Err(CredentialError::Disabled);
    }
    let (sealed, key) = row.sealed_config.zip(row.key_id).ok_or(CredentialError::Corrupt)?;
    let keys = store.keys(tenant).await?;
    let plain = keys.open(key, &config_aad(tenant, row.id), &sealed).map_err(|error| {
        tracing::error!(tenant.id = %tenant, provider, %error, "credentials do not open");
        match error {
            SealError::Broken | SealError::UnknownKey(_) | SealError::NoKey => CredentialError::Unopened,
            SealError::NoRandomness => CredentialError::Unavailable,
        }
    })?;
    let config = serde_json::from_slice(&plain).map_err(|_| CredentialError::Corrupt)?;
    Ok(Opened::new(row.id, config))
}
