//! Read marks: how far each user has read each conversation, and the counters that make unread a subtraction.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, uuid};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What was said before anybody counted is taken as read.
        for table in ["conversations", "messages"] {
            let mut alter = Table::alter();
            alter.table(table).add_column(big_integer("inbound_count").default(0));
            manager.alter_table(alter).await?;
        }
        let mut table = Table::create();
        table
            .table("read_marks")
            .col(uuid("tenant_id"))
            .col(uuid("conversation_id"))
            .col(uuid("user_id"))
            .col(uuid("message_id"))
            .col(big_integer("seq"))
            .col(big_integer("inbound_count"))
            .col(big_integer("rev"))
            .col(big_integer("read_at"))
            .primary_key(Index::create().col("tenant_id").col("conversation_id").col("user_id"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        manager.create_index(unresolved()).await?;
        tenant_table::protect(manager, "read_marks").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("conversations_unresolved").table("conversations").to_owned())
            .await?;
        manager.drop_table(Table::drop().table("read_marks").to_owned()).await?;
        for table in ["messages", "conversations"] {
            manager.alter_table(Table::alter().table(table).drop_column("inbound_count").to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Where the unread ones are looked for: what is resolved has been dealt with.
fn unresolved() -> IndexCreateStatement {
    index("conversations", "unresolved", &["tenant_id", "activity_at", "id"])
        .and_where(Expr::col("status").ne("resolved"))
        .and_where(not_deleted())
        .to_owned()
}
