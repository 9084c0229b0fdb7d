//! Logs: where each tenant's event log begins and ends. Narrow, because its rows are the hottest of all.

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
        let mut table = Table::create();
        table
            .table("logs")
            .col(uuid("tenant_id").primary_key())
            .col(big_integer("last_seq"))
            .col(big_integer("trimmed_seq"))
            .col(uuid("incarnation"))
            .extra(storage(manager, "WITHOUT ROWID", "WITH (fillfactor = 50)"));
        manager.create_table(table).await?;
        tenant_table::protect(manager, "logs").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("logs").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
