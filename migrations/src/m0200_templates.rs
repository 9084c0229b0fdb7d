//! Templates: texts that are sent again and again, with gaps to fill.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("templates");
        table
            .col(text("name"))
            .col(text_null("shortcut"))
            .col(text("body"))
            .col(text_null("class"))
            .col(uuid_null("board_id"))
            .col(json("channel_types"))
            .foreign_key(&mut of_tenant("templates"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        let listed = index("templates", "by_created_at", &["tenant_id", "created_at", "id"]);
        manager.create_index(listed).await?;
        manager.create_index(index("templates", "by_board", &["tenant_id", "board_id"])).await?;
        tenant_table::protect(manager, "templates").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("templates").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
