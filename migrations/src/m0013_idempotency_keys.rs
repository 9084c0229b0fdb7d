//! Idempotency keys: what was asked once, and the answer it got.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, text, uuid, uuid_null};

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
            .table("idempotency_keys")
            .col(uuid("tenant_id"))
            .col(text("principal"))
            .col(text("key"))
            .col(blob("request_hash"))
            .col(blob("answer"))
            .col(big_integer("key_id"))
            .col(big_integer_null("seq"))
            .col(uuid_null("contact_id"))
            .col(big_integer("created_at"))
            .col(big_integer_null("expires_at"))
            .primary_key(Index::create().col("tenant_id").col("principal").col("key"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        let expiring = index("idempotency_keys", "by_expires_at", &["expires_at"])
            .and_where(Expr::col("expires_at").is_not_null())
            .to_owned();
        manager.create_index(expiring).await?;
        tenant_table::protect(manager, "idempotency_keys").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("idempotency_keys").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
