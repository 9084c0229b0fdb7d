//! What the store knows of labels.

use entities::{
    LabelId, Place, TenantId, label,
    lookup::{self, LookupKind, Wanted},
    scope::SoftDeleted,
};

use crate::store::{Store, StoreError};

use super::Label;

/// Labels, newest first, below `below`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<Label>, StoreError> {
    let rows = store
        .read(tenant, move |db| async move { label::Entity::page(tenant, below, limit).all(&*db).await });
    Ok(rows.await?.into_iter().map(Label::from).collect())
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: LabelId,
) -> Result<Option<label::Model>, StoreError> {
    store.read(tenant, move |db| async move { label::Entity::live_by_id(tenant, id).one(&*db).await }).await
}

/// The label that has this name, when one has it.
pub(super) async fn named(
    store: &Store,
    tenant: TenantId,
    name: String,
) -> Result<Option<LabelId>, StoreError> {
    let row =
        store.read(tenant, move |db| async move { label::Entity::named(tenant, &name).one(&*db).await });
    Ok(row.await?.map(|row| row.id))
}

/// Some of the conversations that have the label, at most `limit`.
pub(super) async fn marked(
    store: &Store,
    tenant: TenantId,
    name: &str,
    limit: u64,
) -> Result<Vec<uuid::Uuid>, StoreError> {
    let wanted = Wanted::whole(LookupKind::ConversationLabel, name.as_bytes());
    store
        .read(
            tenant,
            move |db| async move { lookup::Entity::subjects(tenant, &wanted, limit).all(&*db).await },
        )
        .await
}
