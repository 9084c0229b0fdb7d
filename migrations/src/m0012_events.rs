//! Events: the log of a tenant, dense in seq.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, text, text_null, uuid, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = Table::create();
        table
            .table("events")
            .col(uuid("tenant_id"))
            .col(big_integer("seq"))
            .col(uuid("id"))
            .col(text("type"))
            .col(text("topic_kind"))
            .col(uuid("topic_id"))
            .col(uuid_null("contact_id"))
            .col(uuid_null("conversation_id"))
            .col(uuid_null("board_id"))
            .col(uuid_null("left_board_id"))
            .col(text("audience"))
            .col(uuid_null("user_id"))
            .col(text("actor_kind"))
            .col(uuid_null("actor_id"))
            .col(text_null("client_id"))
            .col(big_integer("at"))
            .col(big_integer("key_id"))
            .col(blob("data"))
            .primary_key(Index::create().col("tenant_id").col("seq"))
            .extra(storage(manager, "WITHOUT ROWID", ""));
        manager.create_table(table).await?;
        manager.create_index(index("events", "by_topic", &["tenant_id", "topic_id", "seq"])).await?;
        manager.create_index(index("events", "by_contact", &["tenant_id", "contact_id", "seq"])).await?;
        tenant_table::protect(manager, "events").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("events").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
