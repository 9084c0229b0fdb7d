//! Users: people who sign in.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("users");
        table
            .col(text("email"))
            .col(text("name"))
            .col(text("role"))
            .col(json_null("boards"))
            .col(text_null("password_hash"))
            .col(text("status"))
            .foreign_key(&mut of_tenant("users"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        let fence = unique("users", "one_email", &["tenant_id", "email"]).and_where(not_deleted()).to_owned();
        manager.create_index(fence).await?;
        manager.create_index(index("users", "by_email", &["email"])).await?;
        manager.create_index(index("users", "by_created_at", &["tenant_id", "created_at", "id"])).await?;
        tenant_table::protect(manager, "users").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("users").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
