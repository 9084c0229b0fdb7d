//! What the store knows of boards.

use std::collections::HashSet;

use entities::{
    BoardId, TenantId, api_key, board, channel, conversation,
    scope::{Place, SoftDeleted},
    task, template, user,
};
use sea_orm::{ColumnTrait, QueryFilter};

use crate::store::{Store, StoreError};

use super::Board;

/// One board.
///
/// # Errors
/// [`StoreError`].
pub async fn get(store: &Store, tenant: TenantId, id: BoardId) -> Result<Option<Board>, StoreError> {
    Ok(load(store, tenant, id).await?.map(Board::from))
}

/// Boards, newest first, below `below`; only `visible` ones, when it says which.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    visible: Option<Vec<BoardId>>,
    (below, limit): (Option<Place>, u64),
) -> Result<Vec<Board>, StoreError> {
    let rows = store.read(tenant, move |db| async move {
        board::Entity::page(tenant, visible, below, limit).all(&*db).await
    });
    Ok(rows.await?.into_iter().map(Board::from).collect())
}

/// Are all of these boards of the tenant?
///
/// # Errors
/// [`StoreError`].
pub async fn are_there(store: &Store, tenant: TenantId, ids: &[BoardId]) -> Result<bool, StoreError> {
    let wanted: HashSet<BoardId> = ids.iter().copied().collect();
    if wanted.is_empty() {
        return Ok(true);
    }
    let many = wanted.len();
    let rows =
        store.read(tenant, move |db| async move { board::Entity::these(tenant, wanted).all(&*db).await });
    Ok(rows.await?.len() == many)
}

pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: BoardId,
) -> Result<Option<board::Model>, StoreError> {
    let row =
        store.read(tenant, move |db| async move { board::Entity::live_by_id(tenant, id).one(&*db).await });
    row.await
}

/// The board that has this name, when one has it.
pub(super) async fn named(
    store: &Store,
    tenant: TenantId,
    name: String,
) -> Result<Option<BoardId>, StoreError> {
    let row =
        store.read(tenant, move |db| async move { board::Entity::named(tenant, &name).one(&*db).await });
    Ok(row.await?.map(|row| row.id))
}

/// What names the board, in plain words; empty when nothing does.
pub(super) async fn used_by(
    store: &Store,
    tenant: TenantId,
    id: BoardId,
) -> Result<Vec<&'static str>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let channels = channel::Entity::live(tenant).filter(channel::Column::BoardId.eq(id));
        let on_board = conversation::Filter { board_id: Some(id), ..conversation::Filter::default() };
        let conversations = conversation::Entity::page(tenant, &on_board, None, 1);
        let keys = api_key::Entity::live(tenant).filter(api_key::Column::BoardId.eq(id));
        // The list of a user is short JSON, and users of a tenant are few.
        let members = user::Entity::live(tenant).filter(user::Column::Boards.contains(id.to_string()));
        let uses = [
            ("channels", channels.one(&*db).await?.is_some()),
            ("conversations", conversations.one(&*db).await?.is_some()),
            ("keys", keys.one(&*db).await?.is_some()),
            ("tasks", task::Entity::on_board(tenant, id, 1).one(&*db).await?.is_some()),
            ("templates", template::Entity::on_board(tenant, id, 1).one(&*db).await?.is_some()),
            ("users", members.one(&*db).await?.is_some()),
        ];
        Ok(uses.into_iter().filter(|(_, used)| *used).map(|(what, _)| what).collect())
    });
    found.await
}
