//! What is told to one user wherever he is: whom something was taken from, and both found again in the log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid_null;

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut left = Table::alter();
        manager.alter_table(left.table("events").add_column(uuid_null("left_user_id")).to_owned()).await?;
        manager.create_index(of_user("by_user", "user_id")).await?;
        manager.create_index(of_user("by_left_user", "left_user_id")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["events_by_left_user", "events_by_user"] {
            manager.drop_index(Index::drop().name(name).table("events").to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("events").drop_column("left_user_id").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Most events concern nobody in particular, and cost nothing here.
fn of_user(suffix: &str, column: &'static str) -> IndexCreateStatement {
    index("events", suffix, &["tenant_id", column, "seq"])
        .and_where(Expr::col(column).is_not_null())
        .to_owned()
}
