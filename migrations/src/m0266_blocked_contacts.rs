//! Contacts whose calls are refused.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::boolean;

use crate::Kind;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::alter();
        let blocked = table.table("contacts").add_column(boolean("blocked").default(false)).to_owned();
        manager.alter_table(blocked).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("contacts").drop_column("blocked").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
