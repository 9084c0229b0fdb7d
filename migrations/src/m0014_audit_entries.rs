//! Audit entries: who looked at or changed what deserves a record.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("audit_entries");
        table
            .col(big_integer("at"))
            .col(text("actor_kind"))
            .col(uuid_null("actor_id"))
            .col(text("action"))
            .col(text("target_kind"))
            .col(uuid_null("target_id"))
            .col(uuid_null("contact_id"))
            .col(text_null("ip"))
            .col(text_null("request_id"))
            .col(json("details"));
        manager.create_table(table).await?;
        manager.create_index(index("audit_entries", "by_at", &["tenant_id", "at", "id"])).await?;
        tenant_table::protect(manager, "audit_entries").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_entries").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
