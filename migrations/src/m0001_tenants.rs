//! Tenants: the companies that share a hub. With them come the role and the function every tenant table uses.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, uuid};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tenant_table::prepare(manager).await?;
        let mut table = Table::create();
        table
            .table("tenants")
            .col(uuid("id").primary_key())
            .col(text("name"))
            .col(text("status"))
            .col(text_null("default_country"))
            .col(json("settings"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        tenant_table::protect_by(manager, "tenants", "id").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("tenants").to_owned()).await?;
        tenant_table::forget(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
