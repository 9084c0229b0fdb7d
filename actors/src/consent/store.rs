//! What the ledger says of an address.

use entities::{
    Address, AddressKind, Place, TenantId, consent,
    sealed::{BlindIndex, DataKeys, SealError},
};

use crate::store::{Store, StoreError};

use super::{Consent, blank};

/// The entry that decides about an address.
///
/// # Errors
/// [`StoreError`].
pub async fn newest(
    store: &Store,
    tenant: TenantId,
    (kind, index): (AddressKind, BlindIndex),
) -> Result<Option<consent::Model>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        consent::Entity::newest(tenant, kind, index).one(&*db).await
    };
    store.read(tenant, find).await
}

/// The entries about any of these addresses, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    addresses: Vec<(AddressKind, BlindIndex)>,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<Consent>, StoreError> {
    let keys = store.keys(tenant).await?;
    let found = store.read(tenant, move |db| async move {
        let mut rows = Vec::new();
        for address in addresses {
            rows.extend(consent::Entity::page(tenant, address, below, limit).all(&*db).await?);
        }
        Ok(rows)
    });
    let mut rows = found.await?;
    rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.at, row.id)));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows.iter().map(|row| opened(row, &keys)).collect::<Result<_, _>>()?)
}

fn opened(row: &consent::Model, keys: &DataKeys) -> Result<Consent, SealError> {
    let value = keys.open(row.key_id, &consent::aad(row.tenant_id, row.id), &row.sealed_value)?;
    let value = String::from_utf8(value).map_err(|_| SealError::Broken)?;
    let address = match row.label.as_deref() {
        Some(platform) => Address::handle(platform, &value),
        None => Address::of_kind(row.kind, &value),
    };
    Ok(blank::shape(row, address.map_err(|_| SealError::Broken)?))
}
