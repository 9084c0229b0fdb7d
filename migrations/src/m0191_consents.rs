//! Consent: what was said about writing to an address, entry behind entry.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, text, text_null, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("consents");
        table
            .col(uuid_null("contact_id"))
            .col(text("kind"))
            .col(text_null("label"))
            .col(blob("sealed_value"))
            .col(big_integer("key_id"))
            .col(blob("blind_index"))
            .col(big_integer("number"))
            .col(text("state"))
            .col(json("scope"))
            .col(text("source"))
            .col(uuid_null("message_id"))
            .col(text_null("note"))
            .col(big_integer("at"))
            .col(text("actor"))
            .foreign_key(&mut of_tenant("consents"));
        manager.create_table(table).await?;
        // The newest is found by it, and two who write behind the same entry collide.
        let fence = unique("consents", "one_number", &["tenant_id", "kind", "blind_index", "number"]);
        manager.create_index(fence).await?;
        let by_time = index("consents", "by_time", &["tenant_id", "kind", "blind_index", "at", "id"]);
        manager.create_index(by_time).await?;
        tenant_table::protect(manager, "consents").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("consents").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
