//! Credentials: what a tenant is known by at the providers it uses, and how that goes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob_null, boolean, text, text_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("credentials");
        table
            .col(text("provider"))
            .col(json("shown"))
            .col(blob_null("sealed_config"))
            .col(big_integer_null("key_id"))
            .col(boolean("is_active"))
            .col(big_integer_null("last_verified_at"))
            .col(text_null("verification_error"))
            .col(big_integer("counted_since"))
            .col(big_integer("successes"))
            .col(big_integer("failures"))
            .col(big_integer_null("last_success_at"))
            .col(big_integer_null("last_error_at"))
            .col(text_null("last_error"))
            .foreign_key(&mut of_tenant("credentials"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        manager.create_index(unique("credentials", "one_provider", &["tenant_id", "provider"])).await?;
        tenant_table::protect(manager, "credentials").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("credentials").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
