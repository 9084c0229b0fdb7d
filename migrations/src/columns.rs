//! Columns and indexes that many tables share.

use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null, uuid};

/// A table with the id every noun has, belonging to a tenant.
pub(crate) fn noun(table: &'static str) -> TableCreateStatement {
    let mut create = Table::create();
    create.table(table).col(uuid("id").primary_key()).col(uuid("tenant_id"));
    create
}

/// Optimistic concurrency, who did it and when, and soft deletion.
pub(crate) fn audit(create: &mut TableCreateStatement) -> &mut TableCreateStatement {
    create
        .col(big_integer("rev"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(text_null("created_by"))
        .col(text_null("updated_by"))
        .col(big_integer_null("deleted_at"))
}

/// A foreign key to the tenant, which can not be deleted while the row is there.
pub(crate) fn of_tenant(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_tenant"))
        .from(table, "tenant_id")
        .to("tenants", "id")
        .on_delete(ForeignKeyAction::NoAction)
        .to_owned()
}

/// The JSON of a noun: text, so both databases give back the same bytes.
pub(crate) fn json(column: &'static str) -> ColumnDef {
    text(column)
}

/// JSON that may be absent.
pub(crate) fn json_null(column: &'static str) -> ColumnDef {
    text_null(column)
}

/// An index named after its table and `suffix`.
pub(crate) fn index(table: &'static str, suffix: &str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{suffix}")).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// A unique index, which the journal uses as a fence.
pub(crate) fn unique(table: &'static str, suffix: &str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, suffix, columns).unique().to_owned()
}

/// The condition "not deleted" of a partial index.
pub(crate) fn not_deleted() -> Expr {
    Expr::col("deleted_at").is_null()
}

/// How a table is stored, which each database says in its own words.
pub(crate) fn storage(
    manager: &SchemaManager<'_>,
    sqlite: &'static str,
    postgres: &'static str,
) -> &'static str {
    match manager.get_database_backend() {
        DbBackend::Postgres => postgres,
        _ => sqlite,
    }
}
