//! The fence of receipts made anew, so that it is the youngest index of its table.
//!
//! PostgreSQL that has no statistics yet, as in the first minute of a fresh database, finds every index of a table as good as the
//! others and takes the youngest: a webhook was looked for among all of its provider.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

use crate::Kind;
use crate::columns::unique;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let fence = "webhook_receipts_one_of_news";
        manager.drop_index(Index::drop().name(fence).table("webhook_receipts").to_owned()).await?;
        let columns = ["tenant_id", "provider", "dedupe_key"];
        manager.create_index(unique("webhook_receipts", "one_of_news", &columns)).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        // It is the same index.
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
