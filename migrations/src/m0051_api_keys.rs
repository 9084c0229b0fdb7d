//! API keys: what a customer's own systems come in with.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, blob, text, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("api_keys");
        table
            .col(text("name"))
            .col(blob("secret_hash"))
            .col(json("scopes"))
            .col(uuid_null("board_id"))
            .col(big_integer_null("last_used_at"))
            .foreign_key(&mut of_tenant("api_keys"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        manager.create_index(unique("api_keys", "one_secret", &["secret_hash"])).await?;
        manager.create_index(index("api_keys", "by_created_at", &["tenant_id", "created_at", "id"])).await?;
        manager.create_index(index("api_keys", "by_board_id", &["tenant_id", "board_id"])).await?;
        tenant_table::protect(manager, "api_keys").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("api_keys").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
