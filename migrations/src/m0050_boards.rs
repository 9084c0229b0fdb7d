//! Boards: groups of users that share conversations.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text;

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("boards");
        table.col(text("name")).col(json("settings")).foreign_key(&mut of_tenant("boards"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        let fence = unique("boards", "one_name", &["tenant_id", "name"]).and_where(not_deleted()).to_owned();
        manager.create_index(fence).await?;
        manager.create_index(index("boards", "by_created_at", &["tenant_id", "created_at", "id"])).await?;
        // Before a board goes, who still uses it is asked.
        manager.create_index(index("channels", "by_board_id", &["tenant_id", "board_id"])).await?;
        tenant_table::protect(manager, "boards").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("channels_by_board_id").table("channels").to_owned()).await?;
        manager.drop_table(Table::drop().table("boards").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
