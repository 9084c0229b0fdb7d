//! Job attempts: each time somebody began a job, and how it ended.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob_null, text_null, uuid, uuid_null};

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
            .table("job_attempts")
            .col(uuid("tenant_id"))
            .col(uuid("job_id"))
            .col(big_integer("number"))
            .col(uuid("node_id"))
            .col(big_integer("created_at"))
            .col(big_integer_null("ended_at"))
            .col(text_null("outcome"))
            .col(text_null("error"))
            .col(blob_null("answer"))
            .col(big_integer_null("key_id"))
            .col(uuid_null("contact_id"))
            .primary_key(Index::create().col("tenant_id").col("job_id").col("number"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        tenant_table::protect(manager, "job_attempts").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("job_attempts").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
