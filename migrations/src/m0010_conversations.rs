//! Conversations: one open thread at most per channel and contact.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, uuid, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("conversations");
        table
            .col(uuid("channel_id"))
            .col(text("channel_type"))
            .col(uuid("contact_id"))
            .col(text("contact_name"))
            .col(uuid_null("board_id"))
            .col(text("status"))
            .col(text("owner"))
            .col(uuid_null("assignee_id"))
            .col(text("priority"))
            .col(json("labels"))
            .col(json("participants"))
            .col(json_null("last_message"))
            .col(big_integer("activity_at"))
            .col(big_integer_null("next_scheduled_at"))
            .col(big_integer_null("snoozed_until"))
            .foreign_key(&mut of_tenant("conversations"))
            .extra(storage(manager, "", "WITH (fillfactor = 80)"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        manager.create_index(one_open()).await?;
        manager
            .create_index(index("conversations", "by_activity_at", &["tenant_id", "activity_at", "id"]))
            .await?;
        for column in ["status", "assignee_id", "contact_id", "board_id", "channel_id"] {
            let columns = ["tenant_id", column, "activity_at", "id"];
            manager.create_index(index("conversations", &format!("by_{column}"), &columns)).await?;
        }
        tenant_table::protect(manager, "conversations").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("conversations").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn one_open() -> IndexCreateStatement {
    unique("conversations", "one_open", &["tenant_id", "channel_id", "contact_id"])
        .and_where(Expr::col("status").ne("resolved"))
        .and_where(not_deleted())
        .to_owned()
}
