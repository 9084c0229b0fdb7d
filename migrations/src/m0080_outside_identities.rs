//! Outside identities: who a person of an outside identity provider is here.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, uuid};

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
            .table("outside_identities")
            .col(uuid("tenant_id"))
            .col(text("issuer"))
            .col(text("subject"))
            .col(uuid("user_id"))
            .col(big_integer("created_at"))
            .primary_key(Index::create().col("tenant_id").col("issuer").col("subject"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        manager.create_index(index("outside_identities", "by_user", &["tenant_id", "user_id"])).await?;
        tenant_table::protect(manager, "outside_identities").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("outside_identities").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
