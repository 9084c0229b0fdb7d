//! The few files that wait to be looked at, by their age: whoever keeps the house asks for those that wait too long.

use sea_orm_migration::prelude::*;

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(scanning()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop().name("attachments_scanning").table("attachments").to_owned();
        manager.drop_index(index).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn scanning() -> IndexCreateStatement {
    index("attachments", "scanning", &["created_at"])
        .and_where(Expr::cust(r#""state" = 'scanning'"#))
        .and_where(not_deleted())
        .to_owned()
}
