//! Sign-in codes: one-time codes of sign-in links and invitations, kept as hashes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, text, uuid};

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
            .table("sign_in_codes")
            .col(blob("code_hash").primary_key())
            .col(uuid("tenant_id"))
            .col(uuid("user_id"))
            .col(text("purpose"))
            .col(big_integer("created_at"))
            .col(big_integer("expires_at"))
            .col(big_integer_null("used_at"))
            .col(big_integer("rev"));
        manager.create_table(table).await?;
        manager.create_index(index("sign_in_codes", "by_user", &["tenant_id", "user_id"])).await?;
        manager.create_index(index("sign_in_codes", "by_expires_at", &["expires_at"])).await?;
        tenant_table::protect(manager, "sign_in_codes").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("sign_in_codes").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
