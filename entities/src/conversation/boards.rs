//! What stands on several boards: the newest of each, merged. Walking over all boards would read whatever stands between
//! two conversations of a quiet one.

use sea_orm::sea_query::{Alias, Asterisk, ExprTrait, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, EntityName, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

use super::list::is_unresolved;
use super::{Column, ConversationStatus, Entity, Filter};
use crate::scope::{Place, SoftDeleted, newest_first};
use crate::{BoardId, TenantId};

/// What `filter` asks for on these boards, `None` being no board, newest first.
pub(super) fn newest(
    tenant: TenantId,
    filter: &Filter,
    boards: &[Option<BoardId>],
    part: (Option<Place>, u64),
) -> Select<Entity> {
    let mut each = boards.iter().map(|board| of_board(tenant, filter, *board, part));
    let mut together = each.next().unwrap_or_default();
    for rows in each {
        together.union(UnionType::All, rows);
    }
    let mut merged = Entity::live(tenant);
    QuerySelect::query(&mut merged).from_clear().from_subquery(together, Alias::new(Entity.table_name()));
    newest_first(merged, (Column::ActivityAt, Column::Id), None, part.1)
}

/// The newest of one board, as a table: only so may a part of a union have an order and an end in both databases.
fn of_board(
    tenant: TenantId,
    filter: &Filter,
    board: Option<BoardId>,
    (below, limit): (Option<Place>, u64),
) -> SelectStatement {
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
    let rows = rows.filter(filter.condition());
    let rows = newest_first(rows, (Column::ActivityAt, Column::Id), below, limit);
    Query::select().column(Asterisk).from_subquery(rows.into_query(), Alias::new("board")).to_owned()
}
