//! Labels: the words a tenant marks its conversations with, and what they look like.

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
        let mut table = noun("labels");
        table
            .col(text("name"))
            .col(text_null("color"))
            .col(text_null("description"))
            .foreign_key(&mut of_tenant("labels"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        let fence = unique("labels", "one_name", &["tenant_id", "name"]).and_where(not_deleted()).to_owned();
        manager.create_index(fence).await?;
        manager.create_index(index("labels", "by_created_at", &["tenant_id", "created_at", "id"])).await?;
        tenant_table::protect(manager, "labels").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("labels").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
