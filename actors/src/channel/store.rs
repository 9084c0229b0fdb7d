//! What the store knows of channels.

use entities::{
    ChannelId, TenantId, channel,
    channel::ChannelType,
    scope::{Place, SoftDeleted},
    sealed::SealError,
};
use sea_orm::{ColumnTrait, QueryFilter};

use crate::store::{Store, StoreError};

use super::Channel;

/// One channel.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: ChannelId) -> Result<Option<Channel>, StoreError> {
    Ok(load(store, tenant, id).await?.map(Channel::from))
}

/// Channels, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    below: Option<Place>,
    limit: u64,
) -> Result<Vec<Channel>, StoreError> {
    let rows = store
        .read(tenant, move |db| async move { channel::Entity::page(tenant, below, limit).all(&*db).await });
    Ok(rows.await?.into_iter().map(Channel::from).collect())
}

/// The channel a public key names, and whose it is: nobody knows the tenant before.
///
/// # Errors
/// [`StoreError`].
pub async fn by_public_key_across_tenants(
    store: &Store,
    key: &str,
) -> Result<Option<(TenantId, Channel)>, StoreError> {
    let key = key.to_owned();
    let row = store.read_across_tenants(move |db| async move {
        channel::Entity::by_public_key_across_tenants(&key).one(&db).await
    });
    Ok(row.await?.map(|row| (row.tenant_id, Channel::from(row))))
}

/// The secret of a channel, when it has one.
///
/// # Errors
/// [`StoreError`].
pub async fn secret(store: &Store, tenant: TenantId, id: ChannelId) -> Result<Option<String>, StoreError> {
    let Some(row) = load(store, tenant, id).await? else { return Ok(None) };
    let (Some(sealed), Some(key)) = (row.sealed_secret, row.key_id) else { return Ok(None) };
    let opened = store.keys(tenant).await?.open(key, &channel::secret_aad(tenant, id), &sealed)?;
    Ok(Some(String::from_utf8(opened).map_err(|_| SealError::Broken)?))
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: ChannelId,
) -> Result<Option<channel::Model>, StoreError> {
    let row =
        store.read(tenant, move |db| async move { channel::Entity::live_by_id(tenant, id).one(&*db).await });
    row.await
}

pub(super) async fn is_taken(
    store: &Store,
    tenant: TenantId,
    kind: ChannelType,
    address: String,
) -> Result<bool, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let same = channel::Entity::live(tenant).filter(channel::Column::ChannelType.eq(kind));
        same.filter(channel::Column::Address.eq(address)).one(&*db).await
    });
    Ok(found.await?.is_some())
}
