//! Calls: what they are found and listed by. All that was said of a call, its parties above all, is sealed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, boolean, text, text_null, uuid, uuid_null,
};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

const TABLE: &str = "calls";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun(TABLE);
        table
            .col(uuid("channel_id"))
            .col(uuid("conversation_id"))
            .col(uuid("contact_id"))
            .col(uuid_null("board_id"))
            .col(text("direction"))
            .col(text("state"))
            .col(text("provider"))
            .col(text_null("external_id"))
            .col(uuid_null("agent_id"))
            .col(blob_null("number_index"))
            .col(big_integer("started_at"))
            .col(big_integer_null("answered_at"))
            .col(big_integer_null("ended_at"))
            .col(big_integer_null("duration_s"))
            .col(boolean("missed"))
            .col(boolean("dropped"))
            .col(text_null("error_code"))
            .col(text_null("disposition"))
            .col(big_integer("key_id"))
            .col(blob("data"))
            .foreign_key(&mut of_tenant(TABLE));
        manager.create_table(audit(&mut table).to_owned()).await?;
        for list in lists() {
            manager.create_index(list).await?;
        }
        manager.create_index(live()).await?;
        manager.create_index(by_provider()).await?;
        tenant_table::protect(manager, TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(TABLE).to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Newest first: all, and those of one contact, agent, conversation, number, state or direction.
fn lists() -> impl Iterator<Item = IndexCreateStatement> {
    const LISTS: [(&str, Option<&str>); 7] = [
        ("newest", None),
        ("by_contact", Some("contact_id")),
        ("by_agent", Some("agent_id")),
        ("by_conversation", Some("conversation_id")),
        ("by_number", Some("number_index")),
        ("by_state", Some("state")),
        ("by_direction", Some("direction")),
    ];
    LISTS.into_iter().map(|(suffix, of)| {
        let columns: Vec<&'static str> =
            ["tenant_id"].into_iter().chain(of).chain(["started_at", "id"]).collect();
        index(TABLE, suffix, &columns).and_where(not_deleted()).to_owned()
    })
}

/// Those that are not over: few, however many there were.
fn live() -> IndexCreateStatement {
    index(TABLE, "live", &["tenant_id", "started_at", "id"])
        .and_where(Expr::col("ended_at").is_null())
        .and_where(not_deleted())
        .to_owned()
}

/// One call for one call of the provider, however often it tells of it.
fn by_provider() -> IndexCreateStatement {
    unique(TABLE, "by_external_id", &["tenant_id", "provider", "external_id"])
        .and_where(Expr::col("external_id").is_not_null())
        .to_owned()
}
