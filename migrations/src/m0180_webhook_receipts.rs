//! Webhook receipts: what a provider sent and proved, as it came, and what became of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, text, text_null, uuid, uuid_null,
};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("webhook_receipts");
        table
            .col(text("provider"))
            .col(uuid("channel_id"))
            .col(text("kind"))
            .col(text("dedupe_key"))
            .col(text("status"))
            .col(big_integer("attempts"))
            .col(text_null("error"))
            .col(blob("head"))
            .col(blob("body"))
            .col(blob_null("answer"))
            .col(big_integer("key_id"))
            .col(uuid_null("contact_id"))
            .col(big_integer("received_at"))
            .col(big_integer_null("applied_at"))
            .col(big_integer("updated_at"))
            .col(big_integer("rev"));
        manager.create_table(table).await?;
        let fence = unique("webhook_receipts", "one_of_news", &["tenant_id", "provider", "dedupe_key"]);
        manager.create_index(fence).await?;
        for (suffix, columns) in [
            ("by_time", &["tenant_id", "received_at", "id"][..]),
            ("by_status", &["tenant_id", "status", "received_at", "id"][..]),
            ("by_provider", &["tenant_id", "provider", "received_at", "id"][..]),
        ] {
            manager.create_index(index("webhook_receipts", suffix, columns)).await?;
        }
        manager.create_index(over()).await?;
        tenant_table::protect(manager, "webhook_receipts").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("webhook_receipts").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What can be forgotten, over all tenants: never what still waits for its effect.
fn over() -> IndexCreateStatement {
    index("webhook_receipts", "over", &["received_at"])
        .and_where(Expr::cust(r#""status" <> 'pending'"#))
        .to_owned()
}
