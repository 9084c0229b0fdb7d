//! What a provider calls a message: how what it tells of one is found again, and one of theirs is one of ours.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("messages").add_column(text_null("external_id")).to_owned();
        manager.alter_table(column).await?;
        let fence = unique("messages", "one_external_id", &["tenant_id", "external_id", "channel_type"])
            .and_where(Expr::col("external_id").is_not_null())
            .to_owned();
        manager.create_index(fence).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("messages_one_external_id").table("messages").to_owned();
        manager.drop_index(index).await?;
        let column = Table::alter().table("messages").drop_column("external_id").to_owned();
        manager.alter_table(column).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
