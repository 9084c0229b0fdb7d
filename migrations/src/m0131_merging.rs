//! Contacts that were merged, and the conversations that followed them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::uuid_null;

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut met_as = uuid_null("met_as");
        manager.alter_table(Table::alter().table("conversations").add_column(&mut met_as).to_owned()).await?;
        for (table, column) in [("conversations", "met_as"), ("contacts", "merged_into")] {
            let few = index(table, &format!("by_{column}"), &["tenant_id", column, "id"])
                .and_where(Expr::col(column).is_not_null())
                .to_owned();
            manager.create_index(few).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("conversations", "met_as"), ("contacts", "merged_into")] {
            let index = Index::drop().name(format!("{table}_by_{column}")).table(table).to_owned();
            manager.drop_index(index).await?;
        }
        manager.alter_table(Table::alter().table("conversations").drop_column("met_as").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
