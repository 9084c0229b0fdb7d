//! The words by which contacts and conversations are found, and contacts by what is known of their buying.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{blob, text, uuid};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What stands there from before is found again from its next change on.
        let mut table = Table::create();
        table
            .table("lookups")
            .col(uuid("tenant_id"))
            .col(text("kind"))
            .col(blob("word"))
            .col(uuid("subject_id"))
            .primary_key(Index::create().col("tenant_id").col("kind").col("word").col("subject_id"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        let of_subject = ["tenant_id", "subject_id", "kind", "word"];
        manager.create_index(index("lookups", "by_subject", &of_subject)).await?;
        for column in ["temperature", "stage"] {
            manager.create_index(of_contacts(column)).await?;
        }
        tenant_table::protect(manager, "lookups").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["temperature", "stage"] {
            let index = Index::drop().name(format!("contacts_by_{column}")).table("contacts").to_owned();
            manager.drop_index(index).await?;
        }
        manager.drop_table(Table::drop().table("lookups").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Contacts of which it is known, by activity. The others, who are many, cost nothing.
fn of_contacts(column: &'static str) -> IndexCreateStatement {
    index("contacts", &format!("by_{column}"), &["tenant_id", column, "activity_at", "id"])
        .and_where(Expr::col(column).is_not_null())
        .to_owned()
}
