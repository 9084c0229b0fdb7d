//! Attachments: files that were uploaded, and the message each belongs to. The bytes lie beside the database.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("attachments");
        table
            .col(text("name"))
            .col(text("content_type"))
            .col(big_integer("size"))
            .col(big_integer_null("width"))
            .col(big_integer_null("height"))
            .col(text("state"))
            .col(uuid_null("message_id"))
            .col(big_integer_null("expires_at"))
            .foreign_key(&mut of_tenant("attachments"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        manager.create_index(index("attachments", "by_expires_at", &["expires_at"])).await?;
        manager.create_index(unused()).await?;
        tenant_table::protect(manager, "attachments").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("attachments").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// What somebody uploaded and did not use: he may not heap it up.
fn unused() -> IndexCreateStatement {
    index("attachments", "unused", &["tenant_id", "created_by"])
        .and_where(Expr::col("message_id").is_null())
        .and_where(not_deleted())
        .to_owned()
}
