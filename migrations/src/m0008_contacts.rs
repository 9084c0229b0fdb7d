//! Contacts: the people a tenant talks with.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("contacts");
        table
            .col(text("name"))
            .col(text_null("temperature"))
            .col(text_null("stage"))
            .col(big_integer_null("lead_score"))
            .col(text_null("time_zone"))
            .col(text_null("locale"))
            .col(json("tags"))
            .col(json("attributes"))
            .col(uuid_null("merged_into"))
            .col(big_integer("activity_at"))
            .foreign_key(&mut of_tenant("contacts"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        manager
            .create_index(index("contacts", "by_activity_at", &["tenant_id", "activity_at", "id"]))
            .await?;
        tenant_table::protect(manager, "contacts").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("contacts").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
