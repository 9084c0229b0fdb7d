//! How much each tenant sends, so that far more than usual is noticed before it is all out.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, uuid};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

/// A hub that does not know the table counts nothing.
pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("sending")
            .col(uuid("tenant_id").primary_key())
            .col(big_integer("hour"))
            .col(json("counts"))
            .col(big_integer_null("held_at"))
            .col(big_integer("allowed"))
            .col(big_integer_null("allowed_until"))
            .col(big_integer("rev"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .foreign_key(&mut of_tenant("sending"));
        manager.create_table(table).await?;
        tenant_table::protect(manager, "sending").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sending").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
