//! Messages: what was said, in the order of its seq.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text, text_null, uuid, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("messages");
        table
            .col(uuid("conversation_id"))
            .col(uuid("contact_id"))
            .col(uuid_null("board_id"))
            .col(text("channel_type"))
            .col(big_integer("seq"))
            .col(text("direction"))
            .col(text("author_kind"))
            .col(uuid_null("author_id"))
            .col(text("author_name"))
            .col(text("body"))
            .col(boolean("private"))
            .col(text("status"))
            .col(text_null("error_code"))
            .col(text_null("error_message"))
            .col(text_null("class"))
            .col(text_null("client_id"))
            .col(json("attachments"))
            .col(json("mentions"))
            .col(big_integer_null("scheduled_at"))
            .col(big_integer_null("edited_at"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        manager
            .create_index(unique("messages", "in_order", &["tenant_id", "conversation_id", "seq"]))
            .await?;
        tenant_table::protect(manager, "messages").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("messages").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
