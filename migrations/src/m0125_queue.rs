//! The queue: since when a conversation waits for an agent, whose turn it is, and how much each may have.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer_null, uuid};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What stands there from before is not given out until its next change.
        add(manager, "conversations", &mut big_integer_null("queued_at")).await?;
        add(manager, "users", &mut integer_null("capacity")).await?;
        manager.create_index(queued()).await?;
        manager.create_index(in_hand()).await?;
        let mut table = Table::create();
        table
            .table("agent_turns")
            .col(uuid("tenant_id"))
            .col(uuid("user_id"))
            .col(big_integer("at"))
            .col(big_integer("rev"))
            .primary_key(Index::create().col("tenant_id").col("user_id"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        tenant_table::protect(manager, "agent_turns").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("agent_turns").to_owned()).await?;
        for name in ["conversations_in_hand", "conversations_queued"] {
            manager.drop_index(Index::drop().name(name).table("conversations").to_owned()).await?;
        }
        for (table, column) in [("users", "capacity"), ("conversations", "queued_at")] {
            manager.alter_table(Table::alter().table(table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn add(manager: &SchemaManager<'_>, table: &'static str, column: &mut ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await
}

/// The oldest that wait, board by board.
fn queued() -> IndexCreateStatement {
    index("conversations", "queued", &["tenant_id", "board_id", "queued_at", "id"])
        .and_where(Expr::col("queued_at").is_not_null())
        .to_owned()
}

/// What an agent has to do, without what is over.
fn in_hand() -> IndexCreateStatement {
    index("conversations", "in_hand", &["tenant_id", "assignee_id"])
        .and_where(Expr::cust("status IN ('open', 'pending')"))
        .and_where(not_deleted())
        .to_owned()
}
