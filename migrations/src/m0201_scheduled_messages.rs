//! Messages that wait for their time, apart from those that were said.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text, text_null, uuid, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

const TABLE: &str = "scheduled_messages";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun(TABLE);
        table
            .col(uuid("conversation_id"))
            .col(text("channel_type"))
            .col(text("author_kind"))
            .col(uuid_null("author_id"))
            .col(text("author_name"))
            .col(boolean("overrides"))
            .col(text("body"))
            .col(json("attachments"))
            .col(text("status"))
            .col(text_null("error_code"))
            .col(text_null("error_message"))
            .col(text_null("class"))
            .col(text_null("client_id"))
            .col(big_integer("scheduled_at"))
            .col(big_integer_null("edited_at"))
            .foreign_key(&mut of_tenant(TABLE));
        manager.create_table(audit(&mut table).to_owned()).await?;
        let columns = ["tenant_id", "conversation_id", "scheduled_at", "id"];
        manager.create_index(index(TABLE, "waiting", &columns).and_where(not_deleted()).to_owned()).await?;
        tenant_table::protect(manager, TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
