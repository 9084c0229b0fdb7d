//! Jobs: what is owed and not done yet, and every timer.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, text, text_null, uuid_null};

use crate::Kind;
use crate::columns::*;
use crate::tenant_table;

pub(crate) const KIND: Kind = Kind::Expand;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut table = noun("jobs");
        table
            .col(text("kind"))
            .col(text("key"))
            .col(big_integer("seq"))
            .col(big_integer("run_at"))
            .col(text("status"))
            .col(big_integer("attempts"))
            .col(big_integer("forgiven"))
            .col(big_integer_null("lease_until"))
            .col(uuid_null("leased_by"))
            .col(blob("payload"))
            .col(big_integer("key_id"))
            .col(uuid_null("contact_id"))
            .col(text_null("last_error"))
            .col(big_integer("rev"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"));
        manager.create_table(table).await?;
        for index in [one_head(), waiting(), due(), timers(), leases(), over()] {
            manager.create_index(index).await?;
        }
        for (suffix, columns) in [
            ("by_id", &["tenant_id", "id"][..]),
            ("by_status", &["tenant_id", "status", "id"][..]),
            ("by_kind", &["tenant_id", "kind", "status", "id"][..]),
        ] {
            manager.create_index(index("jobs", suffix, columns)).await?;
        }
        tenant_table::protect(manager, "jobs").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("jobs").to_owned()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// The database holds the order within a key: one head, whatever anybody does.
fn one_head() -> IndexCreateStatement {
    unique("jobs", "one_head", &["tenant_id", "key"])
        .and_where(Expr::col("status").is_in(["ready", "running"]))
        .to_owned()
}

/// Who comes after the head.
fn waiting() -> IndexCreateStatement {
    index("jobs", "waiting", &["tenant_id", "key", "seq", "id"])
        .and_where(Expr::col("status").eq("blocked"))
        .to_owned()
}

/// What is to be done next, over all tenants. Each status has an index of its own: SQLite uses a partial one only where the
/// query says its condition word for word.
fn due() -> IndexCreateStatement {
    index("jobs", "due", &["run_at"]).and_where(Expr::col("status").eq("ready")).to_owned()
}

/// Whose time comes next, over all tenants.
fn timers() -> IndexCreateStatement {
    index("jobs", "timers", &["run_at"]).and_where(Expr::col("status").eq("scheduled")).to_owned()
}

/// Who may have died over his work.
fn leases() -> IndexCreateStatement {
    index("jobs", "leases", &["lease_until"]).and_where(Expr::col("status").eq("running")).to_owned()
}

/// What can be forgotten.
fn over() -> IndexCreateStatement {
    index("jobs", "over", &["updated_at"]).and_where(Expr::col("status").eq("done")).to_owned()
}
