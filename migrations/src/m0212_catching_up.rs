//! Up to when everything a provider took for a tenant is known here: what came later, while we could not answer, is asked for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer_null;

use crate::Kind;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = big_integer_null("caught_up_at");
        manager.alter_table(Table::alter().table("credentials").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("credentials").drop_column("caught_up_at").to_owned();
        manager.alter_table(column).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
