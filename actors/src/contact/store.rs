//! What the store knows of contacts, opened.

use entities::{
    Address, ContactId, TenantId, contact, contact_identity,
    scope::{Place, SoftDeleted},
    tenant,
};

use crate::store::{Store, StoreError};

use super::{Contact, models, state::Known};

/// One contact.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: ContactId) -> Result<Option<Contact>, StoreError> {
    Ok(load(store, tenant, id).await?.map(|known| known.shape()))
}

/// Contacts by activity, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    below: Option<Place>,
    limit: u64,
) -> Result<Vec<Contact>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let rows = contact::Entity::page(tenant, below, limit).all(&*db).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        Ok((rows, contact_identity::Entity::of_contacts(tenant, ids).all(&*db).await?))
    });
    let (rows, identities) = found.await?;
    let keys = store.keys(tenant).await?;
    let shape = |row| Ok(models::known(row, &identities, &keys)?.shape());
    rows.into_iter().map(shape).collect()
}

/// The contact that has this address.
///
/// # Errors
/// [`StoreError`].
pub async fn by_address(
    store: &Store,
    tenant: TenantId,
    address: &Address,
) -> Result<Option<ContactId>, StoreError> {
    let held = holders(store, tenant, vec![address.clone()]).await?;
    Ok(held.first().map(|(_, contact)| *contact))
}

/// The country national numbers of the tenant are read with.
///
/// # Errors
/// [`StoreError`].
pub async fn default_country(store: &Store, tenant: TenantId) -> Result<Option<String>, StoreError> {
    let row = store
        .read(tenant, move |db| async move { tenant::Entity::live_by_id(tenant, tenant).one(&*db).await });
    Ok(row.await?.and_then(|row| row.default_country))
}

/// A contact that is not removed, with its addresses.
pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: ContactId,
) -> Result<Option<Known>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let Some(row) = contact::Entity::live_by_id(tenant, id).one(&*db).await? else { return Ok(None) };
        Ok(Some((row, contact_identity::Entity::of_contacts(tenant, [id]).all(&*db).await?)))
    });
    let Some((row, identities)) = found.await? else { return Ok(None) };
    let keys = store.keys(tenant).await?;
    Ok(Some(models::known(row, &identities, &keys)?))
}

/// Who has which of these addresses.
pub(super) async fn holders(
    store: &Store,
    tenant: TenantId,
    addresses: Vec<Address>,
) -> Result<Vec<(Address, ContactId)>, StoreError> {
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let keys = store.keys(tenant).await?;
    let indexed = addresses.into_iter().filter_map(|it| Some((it.blind_index(&keys)?, it)));
    let indexed: Vec<_> = indexed.collect();
    let held = store.read(tenant, move |db| async move {
        let mut held = Vec::new();
        for (index, address) in indexed {
            let find = contact_identity::Entity::by_address(tenant, address.kind(), index);
            held.extend(find.one(&*db).await?.map(|row| (address, row.contact_id)));
        }
        Ok(held)
    });
    held.await
}
