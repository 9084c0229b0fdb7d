//! Who may be asked to take a call: users who are here, work, see it, and are on no other call.

use entities::{BoardId, TenantId, UserId, scope::SoftDeleted, user, user::Role};

use crate::{
    conversation,
    store::{Store, StoreError},
    tenant::Tenants,
};

use super::store::on_the_line;

/// May this user have a call that stands on `board`?
///
/// # Errors
/// [`StoreError`].
pub async fn is_able(
    store: &Store,
    tenant: TenantId,
    user: UserId,
    board: Option<BoardId>,
) -> Result<bool, StoreError> {
    Ok(!able(store, tenant, vec![user], board).await?.is_empty())
}

/// Those who can be asked now, the one who has been here longest first; empty also when nobody knows who is here.
///
/// # Errors
/// [`StoreError`].
pub async fn candidates(
    store: &Store,
    tenants: &Tenants,
    tenant: TenantId,
    board: Option<BoardId>,
) -> Result<Vec<UserId>, StoreError> {
    let Ok(mut present) = tenants.available(tenant).await else { return Ok(Vec::new()) };
    present.sort_by_key(|present| present.user.since);
    let here: Vec<UserId> = present.iter().map(|present| present.user.user_id).collect();
    let able = able(store, tenant, here.clone(), board).await?;
    let busy = on_the_line(store, tenant).await?;
    Ok(here.into_iter().filter(|user| able.contains(user) && !busy.contains(user)).collect())
}

/// Those of these users who see the board and do more than look.
async fn able(
    store: &Store,
    tenant: TenantId,
    users: Vec<UserId>,
    board: Option<BoardId>,
) -> Result<Vec<UserId>, StoreError> {
    let seeing = conversation::store::able(store, tenant, users, board).await?;
    let rows = store.read(tenant, move |db| async move {
        user::Entity::live_keyed(tenant, user::Column::Id, seeing).all(&*db).await
    });
    let works = |user: &user::Model| user.role != Role::ReadOnly;
    Ok(rows.await?.iter().filter(|user| works(user)).map(|user| user.id).collect())
}
