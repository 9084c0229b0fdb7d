//! Channels: the addresses a tenant is reached at.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, blob_null, text, text_null, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("channels");
        table
            .col(text("type"))
            .col(text("name"))
            .col(text_null("address"))
            .col(uuid_null("board_id"))
            .col(text_null("public_key"))
            .col(blob_null("sealed_secret"))
            .col(big_integer_null("key_id"))
            .col(json("settings"))
            .foreign_key(&mut of_tenant("channels"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        manager.create_index(unique("channels", "one_public_key", &["public_key"])).await?;
        let fence = unique("channels", "one_address", &["tenant_id", "type", "address"])
            .and_where(not_deleted())
            .to_owned();
        manager.create_index(fence).await?;
        manager.create_index(index("channels", "by_created_at", &["tenant_id", "created_at", "id"])).await?;
        tenant_table::protect(manager, "channels").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("channels").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
