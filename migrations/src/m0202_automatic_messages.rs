//! Messages nobody asked for, which are counted; and what becomes of one that waits when its time falls into the night.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, text};

use crate::Kind;
use crate::columns::index;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let automatic = boolean("automatic").default(false).to_owned();
        manager.alter_table(Table::alter().table("messages").add_column(automatic).to_owned()).await?;
        manager.create_index(automatic_of_contacts()).await?;
        let if_quiet = text("if_quiet").default("hold").to_owned();
        manager.alter_table(Table::alter().table("scheduled_messages").add_column(if_quiet).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter().table("scheduled_messages").drop_column("if_quiet").to_owned();
        manager.alter_table(column).await?;
        let index = Index::drop().name("messages_automatic").table("messages").to_owned();
        manager.drop_index(index).await?;
        manager.alter_table(Table::alter().table("messages").drop_column("automatic").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Few of all: what the cap of a contact looks at.
fn automatic_of_contacts() -> IndexCreateStatement {
    index("messages", "automatic", &["tenant_id", "contact_id", "created_at"])
        .and_where(Expr::cust(r#""automatic""#))
        .to_owned()
}
