//! The events of calls, found again in the conversation they stand in.

use sea_orm_migration::prelude::*;

use crate::Kind;
use crate::columns::index;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(calls_in()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("events_of_calls_in").table("events").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Most events are of no call, and cost nothing here.
fn calls_in() -> IndexCreateStatement {
    index("events", "of_calls_in", &["tenant_id", "conversation_id", "seq"])
        .and_where(Expr::cust(r#""topic_kind" = 'call'"#))
        .to_owned()
}
