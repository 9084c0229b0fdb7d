//! Whether carriers take texts from a number.

use sea_orm_migration::prelude::*;

use crate::Kind;
use crate::columns::json_null;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = Table::alter().table("channels").add_column(json_null("registration")).to_owned();
        manager.alter_table(added).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let dropped = Table::alter().table("channels").drop_column("registration").to_owned();
        manager.alter_table(dropped).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
