//! What the store knows of receipts.

use entities::{
    Place, ReceiptId, TenantId,
    scope::TenantScope,
    webhook_receipt::{self, Filter},
};

use crate::store::{Store, StoreError};

use super::{Receipt, Settling};

/// Receipts, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    filter: Filter,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<Receipt>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        webhook_receipt::Entity::page(tenant, &filter, below, limit).all(&*db).await
    });
    Ok(rows.await?.into_iter().map(Receipt::from).collect())
}

/// One receipt.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: ReceiptId) -> Result<Option<Receipt>, StoreError> {
    Ok(load(store, tenant, id).await?.map(Receipt::from))
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: ReceiptId,
) -> Result<Option<webhook_receipt::Model>, StoreError> {
    let find = move |db: crate::store::Reader| async move {
        webhook_receipt::Entity::by_id(tenant, id).one(&*db).await
    };
    store.read(tenant, find).await
}

/// The receipt of this news, when it came before.
pub(super) async fn of_news(
    store: &Store,
    tenant: TenantId,
    (provider, dedupe_key): (&str, &str),
) -> Result<Option<webhook_receipt::Model>, StoreError> {
    let (provider, key) = (provider.to_owned(), dedupe_key.to_owned());
    let find = move |db: crate::store::Reader| async move {
        webhook_receipt::Entity::of_news(tenant, &provider, &key).one(&*db).await
    };
    store.read(tenant, find).await
}

/// Has somebody else written it meanwhile?
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn is_overtaken(store: &Store, settling: &Settling) -> Result<bool, StoreError> {
    let before = settling.before();
    let standing = of_news(store, before.tenant_id, (&before.provider, &before.dedupe_key)).await?;
    Ok(standing.is_some_and(|standing| settling.is_overtaken(&standing)))
}
