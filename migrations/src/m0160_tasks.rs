//! Tasks: what somebody is to do, and by when.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, boolean, text, text_null, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("tasks");
        table
            .col(text("title"))
            .col(text_null("note"))
            .col(uuid_null("assignee_id"))
            .col(uuid_null("contact_id"))
            .col(uuid_null("conversation_id"))
            .col(uuid_null("board_id"))
            .col(big_integer_null("due_at"))
            .col(boolean("told_due"))
            .col(big_integer_null("done_at"))
            .col(text_null("done_by"))
            .col(big_integer("listed_at"))
            .foreign_key(&mut of_tenant("tasks"));
        manager.create_table(audit(&mut table).to_owned()).await?;
        for list in lists() {
            manager.create_index(list).await?;
        }
        manager.create_index(by_board()).await?;
        tenant_table::protect(manager, "tasks").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("tasks").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Each list twice: what is open is found without looking at what is done.
fn lists() -> impl Iterator<Item = IndexCreateStatement> {
    const ALL: &[&str] = &["tenant_id", "listed_at", "id"];
    const BY_ASSIGNEE: &[&str] = &["tenant_id", "assignee_id", "listed_at", "id"];
    const BY_CONTACT: &[&str] = &["tenant_id", "contact_id", "listed_at", "id"];
    const BY_CONVERSATION: &[&str] = &["tenant_id", "conversation_id", "listed_at", "id"];
    let lists = [
        ("", ALL),
        ("_by_assignee", BY_ASSIGNEE),
        ("_by_contact", BY_CONTACT),
        ("_by_conversation", BY_CONVERSATION),
    ];
    lists.into_iter().flat_map(|(suffix, columns)| {
        let of = |part: &str| index("tasks", &format!("{part}{suffix}"), columns);
        let open = of("open").and_where(Expr::col("done_at").is_null()).and_where(not_deleted()).to_owned();
        let done =
            of("done").and_where(Expr::col("done_at").is_not_null()).and_where(not_deleted()).to_owned();
        [open, done]
    })
}

/// Whether anything stands on a board.
fn by_board() -> IndexCreateStatement {
    index("tasks", "by_board", &["tenant_id", "board_id"])
        .and_where(Expr::col("board_id").is_not_null())
        .and_where(not_deleted())
        .to_owned()
}
