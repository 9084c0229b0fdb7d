//! What the store knows of attachments.

use entities::{AttachmentId, Principal, TenantId, Timestamp, attachment, scope::SoftDeleted};
use sea_orm::QuerySelect;

use crate::store::{Store, StoreError};

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: AttachmentId,
) -> Result<Option<attachment::Model>, StoreError> {
    let row = store
        .read(tenant, move |db| async move { attachment::Entity::live_by_id(tenant, id).one(&*db).await });
    row.await
}

/// Those of these attachments that there are.
pub(crate) async fn these(
    store: &Store,
    tenant: TenantId,
    ids: Vec<AttachmentId>,
) -> Result<Vec<attachment::Model>, StoreError> {
    let find =
        move |db: crate::store::Reader| async move { attachment::Entity::these(tenant, ids).all(&*db).await };
    store.read(tenant, find).await
}

/// How many files of one uploader hang on nothing, counted up to `most`.
pub(super) async fn unused(
    store: &Store,
    tenant: TenantId,
    by: Principal,
    most: u64,
) -> Result<u64, StoreError> {
    let ids = store.read(tenant, move |db| async move {
        let ids = attachment::Entity::unused(tenant, by).limit(most).select_only();
        ids.column(attachment::Column::Id).into_tuple::<AttachmentId>().all(&*db).await
    });
    Ok(u64::try_from(ids.await?.len()).unwrap_or(most))
}

/// The first files whose time was over at `before`: whoever has to remove them serves all tenants.
pub(super) async fn over_across_tenants(
    store: &Store,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<attachment::Model>, StoreError> {
    let rows = store.read_across_tenants(move |db| async move {
        attachment::Entity::over_across_tenants(before, limit).all(&db).await
    });
    rows.await
}
