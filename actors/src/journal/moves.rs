//! On which board messages are found. It follows their conversation, beside their own rev: nobody who writes a message waits
//! for it.

use entities::{
    message::{Column, Entity},
    scope::is_of,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryTrait,
    sea_query::Expr,
};

use super::{Row, seal::Sealed};

/// Messages in one statement.
const AT_ONCE: usize = 10_000;

/// Puts the batch's messages that moved on their boards.
pub(super) async fn carry_out(db: &DatabaseTransaction, batch: &[&Sealed]) -> Result<(), DbErr> {
    for commit in batch {
        for row in &commit.rows {
            let Row::MessagesMoved(ids, board) = row else { continue };
            for chunk in ids.chunks(AT_ONCE) {
                let moved = Entity::update_many()
                    .col_expr(Column::BoardId, Expr::value(board.map(|board| board.as_uuid())))
                    .filter(is_of::<Entity>(commit.tenant))
                    .filter(Column::Id.is_in(chunk.iter().copied()));
                db.execute(&moved.into_query()).await?;
            }
        }
    }
    Ok(())
}
