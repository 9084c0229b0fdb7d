//! What the store knows of tasks.

use std::collections::HashMap;

use entities::{
    BoardId, ConversationId, TaskId, TenantId, UserId, contact, conversation,
    scope::{Place, SoftDeleted, TenantScope},
    task,
};
use sea_orm::QuerySelect;

use crate::{
    board,
    conversation::store::able,
    store::{Reader, Store, StoreError},
    view::Viewer,
};

use super::{
    CreateTask, Task,
    state::{Facts, Standing, Thread},
};

/// One task, for who may see it.
///
/// # Errors
/// [`StoreError`].
pub async fn get(
    store: &Store,
    tenant: TenantId,
    viewer: &Viewer,
    id: TaskId,
) -> Result<Option<Task>, StoreError> {
    let standing = load(store, tenant, id).await?.filter(|standing| viewer.sees_board(standing.board));
    Ok(standing.map(|Standing { row, board }| Task::on(board, &row)))
}

/// The tasks of a list in its order, behind `behind`.
///
/// # Errors
/// [`StoreError`].
pub async fn page(
    store: &Store,
    tenant: TenantId,
    filter: task::Filter,
    (behind, limit): (Option<Place>, u64),
) -> Result<Vec<Task>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let rows = task::Entity::page(tenant, &filter, behind, limit).all(&*db).await?;
        let boards = boards_of(&db, tenant, &rows).await?;
        Ok(rows.iter().map(|row| Task::on(boards.of(row), row)).collect())
    });
    found.await
}

/// One task and where it stands, whoever may see it.
pub(super) async fn load(
    store: &Store,
    tenant: TenantId,
    id: TaskId,
) -> Result<Option<Standing>, StoreError> {
    let found = store.read(tenant, move |db| async move {
        let Some(row) = task::Entity::live_by_id(tenant, id).one(&*db).await? else { return Ok(None) };
        let boards = boards_of(&db, tenant, std::slice::from_ref(&row)).await?;
        Ok(Some(Standing { board: boards.of(&row), row }))
    });
    found.await
}

/// The boards the conversations of some tasks stand on now.
struct Boards(HashMap<ConversationId, Option<BoardId>>);

impl Boards {
    fn of(&self, row: &task::Model) -> Option<BoardId> {
        let conversation = row.conversation_id.and_then(|id| self.0.get(&id).copied());
        conversation.unwrap_or(row.board_id)
    }
}

/// Of conversations that were deleted, too: they narrow as before.
async fn boards_of(db: &Reader, tenant: TenantId, rows: &[task::Model]) -> Result<Boards, sea_orm::DbErr> {
    let ids: Vec<ConversationId> = rows.iter().filter_map(|row| row.conversation_id).collect();
    if ids.is_empty() {
        return Ok(Boards(HashMap::new()));
    }
    let boards = conversation::Entity::keyed(tenant, conversation::Column::Id, ids)
        .select_only()
        .column(conversation::Column::Id)
        .column(conversation::Column::BoardId)
        .into_tuple::<(ConversationId, Option<BoardId>)>();
    Ok(Boards(boards.all(&**db).await?.into_iter().collect()))
}

/// What a task that is to be made names.
pub(super) async fn facts(
    store: &Store,
    tenant: TenantId,
    viewer: &Viewer,
    create: &CreateTask,
) -> Result<Facts, StoreError> {
    let mut facts = Facts::default();
    if let Some(id) = create.conversation_id {
        let found = crate::conversation::store::get(store, tenant, id).await?;
        let seen = found.filter(|conversation| viewer.sees_board(conversation.board_id));
        facts.conversation = seen.map(|it| Thread { contact_id: it.contact.id, board_id: it.board_id });
    }
    if let (Some(id), None) = (create.contact_id, create.conversation_id) {
        let found = store
            .read(tenant, move |db| async move { contact::Entity::live_by_id(tenant, id).one(&*db).await });
        facts.contact_is_there = found.await?.is_some();
    }
    if let Some(id) = create.board_id {
        let there = board::store::are_there(store, tenant, &[id]).await?;
        facts.board_is_there = there && viewer.sees_board(Some(id));
    }
    if let Some(user) = create.assignee_id {
        let board = facts.conversation.map_or(create.board_id, |thread| thread.board_id);
        facts.assignee_is_able = is_able(store, tenant, user, board).await?;
    }
    Ok(facts)
}

/// May this user have a task that stands on `board`?
pub(super) async fn is_able(
    store: &Store,
    tenant: TenantId,
    user: UserId,
    board: Option<BoardId>,
) -> Result<bool, StoreError> {
    Ok(!able(store, tenant, vec![user], board).await?.is_empty())
}
