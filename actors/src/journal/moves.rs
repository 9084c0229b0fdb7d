//! On which board messages are found. It follows their conversation, beside their own rev: nobody who writes a message waits
//! for it.

use entities::{
    message::{Column, Entity},
    scope::TenantScope,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, sea_query::Expr,
};

use super::{Row, seal::Sealed};

/// Messages of one conversation that move in one commit.
pub(crate) const MOVE_AT_ONCE: u64 = 500;

/// Puts the messages of the batch's conversations that moved on their boards.
pub(super) async fn carry_out(db: &DatabaseTransaction, batch: &[&Sealed]) -> Result<(), DbErr> {
    for commit in batch {
        for row in &commit.rows {
            let Row::MessagesMoved(conversation, below, board) = row else { continue };
            let newest = Entity::of(commit.tenant)
                .filter(Column::ConversationId.eq(*conversation))
                .filter(Column::Seq.lt(*below))
                .order_by_desc(Column::Seq)
                .limit(MOVE_AT_ONCE);
            let newest = newest.select_only().column(Column::Id).into_query();
            let moved = Entity::update_many()
                .col_expr(Column::BoardId, Expr::value(board.map(|board| board.as_uuid())))
                .filter(Column::Id.in_subquery(newest));
            db.execute(&moved.into_query()).await?;
        }
    }
    Ok(())
}
