//! What the store knows of contacts, opened.

use std::collections::HashMap;

use entities::{
    Address, ContactId, TenantId, contact, contact_identity, scope::SoftDeleted, scope::TenantScope, tenant,
};

use sea_orm::{ConnectionTrait, DbErr};

use crate::store::{Store, StoreError};

use super::{Contact, models, state::Known};

/// One contact.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: ContactId) -> Result<Option<Contact>, StoreError> {
    Ok(load(store, tenant, id).await?.map(|known| known.shape()))
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

/// Are calls from this address refused?
///
/// # Errors
/// [`StoreError`].
pub async fn is_blocked(store: &Store, tenant: TenantId, address: &Address) -> Result<bool, StoreError> {
    let Some(id) = by_address(store, tenant, address).await? else { return Ok(false) };
    let row = store.read(tenant, move |db| async move { contact::Entity::by_id(tenant, id).one(&*db).await });
    Ok(row.await?.is_some_and(|row| row.blocked))
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

/// A contact that is not removed, with its addresses; of one that was merged, the one that took it over.
pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: ContactId,
) -> Result<Option<Known>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let Some(row) = contact::Entity::live_by_id(tenant, id).one(&*db).await? else { return Ok(None) };
        let row = match row.merged_into {
            Some(into) => contact::Entity::live_by_id(tenant, into).one(&*db).await?,
            None => Some(row),
        };
        let Some(row) = row else { return Ok(None) };
        let identities = identities(&*db, tenant, &[row.id]).await?;
        Ok(Some((row, identities)))
    });
    opened(store, tenant, found.await?).await
}

/// This contact and no other, with the addresses that hang on itself, whether it was merged or not.
pub(super) async fn load_exactly(
    store: &Store,
    tenant: TenantId,
    id: ContactId,
) -> Result<Option<Known>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let Some(row) = contact::Entity::live_by_id(tenant, id).one(&*db).await? else { return Ok(None) };
        let own = match row.merged_into {
            Some(_) => contact_identity::Entity::of_contacts(tenant, [id]).all(&*db).await?,
            None => return Ok(Some((row, identities(&*db, tenant, &[id]).await?))),
        };
        Ok(Some((row, own.into_iter().map(|identity| (id, identity)).collect())))
    });
    opened(store, tenant, found.await?).await
}

async fn opened(
    store: &Store,
    tenant: TenantId,
    found: Option<(contact::Model, Vec<Held>)>,
) -> Result<Option<Known>, StoreError> {
    let Some((row, identities)) = found else { return Ok(None) };
    let keys = store.keys(tenant).await?;
    Ok(Some(models::known(row, &identities, &keys)?))
}

/// An address, and the contact whose it is now.
pub(super) type Held = (ContactId, contact_identity::Model);

/// The addresses of these contacts: their own ones first, then those of the contacts they took over.
pub(super) async fn identities<C: ConnectionTrait>(
    db: &C,
    tenant: TenantId,
    contacts: &[ContactId],
) -> Result<Vec<Held>, DbErr> {
    let merged = contact::Entity::merged_into(tenant, contacts.iter().copied()).all(db).await?;
    let into: HashMap<ContactId, ContactId> =
        merged.iter().filter_map(|row| Some((row.id, row.merged_into?))).collect();
    let all = contacts.iter().chain(into.keys()).copied();
    let rows = contact_identity::Entity::of_contacts(tenant, all).all(db).await?;
    let held =
        rows.into_iter().map(|row| (into.get(&row.contact_id).copied().unwrap_or(row.contact_id), row));
    let mut held: Vec<Held> = held.collect();
    held.sort_by_key(|(holder, row)| *holder != row.contact_id);
    Ok(held)
}

/// The contacts that this one took over.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn merged(
    store: &Store,
    tenant: TenantId,
    id: ContactId,
) -> Result<Vec<contact::Model>, StoreError> {
    store
        .read(tenant, move |db| async move { contact::Entity::merged_into(tenant, [id]).all(&*db).await })
        .await
}

/// The contact and those it took over, or of one that was merged the same of the one it was merged into: all whose past
/// belongs together.
///
/// # Errors
/// [`StoreError`].
pub async fn all_of(store: &Store, tenant: TenantId, id: ContactId) -> Result<Vec<ContactId>, StoreError> {
    let stays = stands_for(store, tenant, id).await?;
    let found = store.read(tenant, move |db| async move {
        let merged = contact::Entity::merged_into(tenant, [stays]).all(&*db).await?;
        Ok(std::iter::once(stays).chain(merged.into_iter().map(|row| row.id)).collect())
    });
    found.await
}

/// The contact it was merged into, or else itself.
///
/// # Errors
/// [`StoreError`].
pub async fn stands_for(store: &Store, tenant: TenantId, id: ContactId) -> Result<ContactId, StoreError> {
    let row = store.read(tenant, move |db| async move { contact::Entity::by_id(tenant, id).one(&*db).await });
    Ok(row.await?.and_then(|row| row.merged_into).unwrap_or(id))
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
        let ids: Vec<ContactId> = held.iter().map(|(_, contact)| *contact).collect();
        for row in contact::Entity::these(tenant, ids).all(&*db).await? {
            let Some(into) = row.merged_into else { continue };
            held.iter_mut().filter(|(_, by)| *by == row.id).for_each(|(_, by)| *by = into);
        }
        Ok(held)
    });
    held.await
}
