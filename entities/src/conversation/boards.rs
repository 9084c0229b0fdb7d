//! What stands on several boards: the newest of each, merged. Walking over all boards would read whatever stands between
//! two conversations of a quiet one.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Select};

use super::list::is_unresolved;
use super::{Column, ConversationStatus, Entity, Filter};
use crate::scope::{Place, SoftDeleted, newest_first, newest_of_all};
use crate::{BoardId, TenantId};

/// What `filter` asks for on these boards, `None` being no board, newest first.
pub(super) fn newest(
    tenant: TenantId,
    filter: &Filter,
    boards: &[Option<BoardId>],
    part: (Option<Place>, u64),
) -> Select<Entity> {
    let each = boards.iter().map(|board| of_board(tenant, filter, *board, part));
    newest_of_all(tenant, each, (Column::ActivityAt, Column::Id), part.1)
}

/// The newest of one board.
fn of_board(
    tenant: TenantId,
    filter: &Filter,
    board: Option<BoardId>,
    (below, limit): (Option<Place>, u64),
) -> Select<Entity> {
    let mut filter = Filter { visible_boards: None, ..filter.clone() };
    let mut rows = Entity::live(tenant);
    if filter.status == Some(ConversationStatus::Resolved) {
        // Most are. Said like this, SQLite does not start from all that are resolved.
        filter.status = None;
        rows = rows.filter(is_unresolved().not());
    }
    let rows = match board {
        Some(board) => rows.filter(Column::BoardId.eq(board)),
        // All the same; but PostgreSQL takes the order of an index behind a NULL only when it is told so.
        None => rows.filter(Column::BoardId.is_null()).order_by_desc(Column::BoardId),
    };
    newest_first(rows.filter(filter.condition()), (Column::ActivityAt, Column::Id), below, limit)
}
