//! Identities of contacts: addresses, sealed, found again by a blind index.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, text, text_null, uuid};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("contact_identities");
        table
            .col(uuid("contact_id"))
            .col(text("kind"))
            .col(text_null("label"))
            .col(blob("sealed_value"))
            .col(big_integer("key_id"))
            .col(blob("blind_index"))
            .col(big_integer("position"))
            .col(big_integer("created_at"))
            .col(big_integer_null("deleted_at"));
        manager.create_table(table).await?;
        let fence = unique("contact_identities", "one_address", &["tenant_id", "kind", "blind_index"])
            .and_where(not_deleted())
            .to_owned();
        manager.create_index(fence).await?;
        let of_contact = index("contact_identities", "by_contact", &["tenant_id", "contact_id", "position"]);
        manager.create_index(of_contact).await?;
        tenant_table::protect(manager, "contact_identities").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("contact_identities").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
