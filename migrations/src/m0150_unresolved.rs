//! What is not resolved is little beside what is, and asked for all day: of a board, of an agent, of nobody.

use sea_orm_migration::prelude::*;

use crate::Kind;
use crate::columns::*;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The columns that have an index each.
const ASKED_BY: [&str; 2] = ["assignee_id", "board_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ASKED_BY {
            manager.create_index(unresolved(column)).await?;
        }
        // It held less, in no order: lists of what is open started from it and sorted all of that.
        manager
            .drop_index(Index::drop().name("conversations_in_hand").table("conversations").to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ASKED_BY {
            let name = format!("conversations_unresolved_by_{column}");
            manager.drop_index(Index::drop().name(name).table("conversations").to_owned()).await?;
        }
        manager.create_index(in_hand()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn unresolved(column: &'static str) -> IndexCreateStatement {
    let columns = ["tenant_id", column, "activity_at", "id"];
    index("conversations", &format!("unresolved_by_{column}"), &columns)
        .and_where(Expr::col("status").ne("resolved"))
        .and_where(not_deleted())
        .to_owned()
}

/// As it was.
fn in_hand() -> IndexCreateStatement {
    index("conversations", "in_hand", &["tenant_id", "assignee_id"])
        .and_where(Expr::cust("status IN ('open', 'pending')"))
        .and_where(not_deleted())
        .to_owned()
}
