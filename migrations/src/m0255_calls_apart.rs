//! Nobody takes two calls at a time, and who sees few boards does not walk over the calls of all.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid_null;

use crate::Kind;
use crate::columns::*;

/// An older hub leaves the column empty: the calls it takes keep nobody from taking another.
pub(crate) const KIND: Kind = Kind::Expand;

const TABLE: &str = "calls";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table(TABLE).add_column(uuid_null("taken_by")).to_owned()).await?;
        for index in [taken(), of_agent(), by_board()] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["calls_taken_by", "calls_of_agent", "calls_by_board"] {
            manager.drop_index(Index::drop().name(name).table(TABLE).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table(TABLE).drop_column("taken_by").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// One call for one user.
fn taken() -> IndexCreateStatement {
    unique(TABLE, "taken_by", &["tenant_id", "taken_by"])
        .and_where(Expr::col("taken_by").is_not_null())
        .to_owned()
}

/// What a user is on now, however many calls he had.
fn of_agent() -> IndexCreateStatement {
    index(TABLE, "of_agent", &["tenant_id", "agent_id"])
        .and_where(Expr::col("ended_at").is_null())
        .and_where(not_deleted())
        .to_owned()
}

/// Newest first, of one board.
fn by_board() -> IndexCreateStatement {
    index(TABLE, "by_board", &["tenant_id", "board_id", "started_at", "id"])
        .and_where(not_deleted())
        .to_owned()
}
