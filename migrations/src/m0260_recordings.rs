//! Recordings: what they are found and listed by. What was said, and by whom, is sealed; the bytes lie beside the database.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, text, text_null, uuid, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

const TABLE: &str = "recordings";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun(TABLE);
        table
            .col(uuid("call_id"))
            .col(uuid("conversation_id"))
            .col(uuid("contact_id"))
            .col(uuid("channel_id"))
            .col(uuid_null("board_id"))
            .col(uuid_null("agent_id"))
            .col(text("kind"))
            .col(text("status"))
            .col(text("provider"))
            .col(text("external_id"))
            .col(big_integer("started_at"))
            .col(big_integer_null("duration_s"))
            .col(text_null("transcript_status"))
            .col(big_integer_null("expires_at"))
            .col(big_integer("key_id"))
            .col(blob("data"))
            .foreign_key(&mut of_tenant(TABLE));
        manager.create_table(audit(&mut table).to_owned()).await?;
        for list in lists() {
            manager.create_index(list).await?;
        }
        manager.create_index(over()).await?;
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

/// Newest first: those of one kind, call, contact or agent.
fn lists() -> impl Iterator<Item = IndexCreateStatement> {
    const LISTS: [(&str, &str); 4] =
        [("newest", "kind"), ("by_call", "call_id"), ("by_contact", "contact_id"), ("by_agent", "agent_id")];
    LISTS.into_iter().map(|(suffix, of)| {
        index(TABLE, suffix, &["tenant_id", of, "started_at", "id"]).and_where(not_deleted()).to_owned()
    })
}

/// Those that are not kept for ever.
fn over() -> IndexCreateStatement {
    index(TABLE, "by_expires_at", &["expires_at"])
        .and_where(Expr::col("expires_at").is_not_null())
        .and_where(not_deleted())
        .to_owned()
}

/// One recording for one of the provider, however often it tells of it.
fn by_provider() -> IndexCreateStatement {
    unique(TABLE, "by_external_id", &["tenant_id", "provider", "external_id"])
}
