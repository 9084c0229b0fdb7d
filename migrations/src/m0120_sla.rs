//! The clock of a conversation, and those whose clock ran out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, boolean};

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What stands there from before has no clock until somebody writes, and its next answer counts as the first.
        add(manager, &mut big_integer_null("first_answer_at")).await?;
        add(manager, &mut json_null("sla")).await?;
        add(manager, boolean("sla_breached").default(false)).await?;
        manager.create_index(breached()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("conversations_breached").table("conversations").to_owned();
        manager.drop_index(index).await?;
        for column in ["sla_breached", "sla", "first_answer_at"] {
            let mut alter = Table::alter();
            manager.alter_table(alter.table("conversations").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn add(manager: &SchemaManager<'_>, column: &mut ColumnDef) -> Result<(), DbErr> {
    manager.alter_table(Table::alter().table("conversations").add_column(column).to_owned()).await
}

/// The few whose clock ran out, by activity.
fn breached() -> IndexCreateStatement {
    index("conversations", "breached", &["tenant_id", "activity_at", "id"])
        .and_where(Expr::col("sla_breached"))
        .and_where(not_deleted())
        .to_owned()
}
