//! What the store knows of attachments.

use entities::{AttachmentId, TenantId, attachment, scope::SoftDeleted};

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
