//! What has been applied: sea-orm's own table, and beside it the kind of each change, for binaries that do not know it.

use std::collections::HashMap;
use std::time::SystemTime;

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, ExprTrait, QueryFilter,
};
use sea_orm_migration::prelude::{Expr, OnConflict, Query, SchemaManager, Table};
use sea_orm_migration::schema::{big_integer, text};
use sea_orm_migration::{MigratorTrait, seaql_migrations};

use crate::{Kind, Migrator};

/// One applied change, as the database remembers it.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// Makes the two tables, when they are not there.
pub(crate) async fn install(db: &DatabaseConnection) -> Result<(), DbErr> {
    Migrator::install(db).await?;
    let mut table = Table::create();
    table
        .table("schema_changes")
        .if_not_exists()
        .col(text("name").primary_key())
        .col(text("kind"))
        .col(big_integer("applied_at"));
    db.execute(&table).await.map(|_| ())
}

/// Everything applied, oldest first. Writes nothing; a database without tables has applied nothing.
pub(crate) async fn read(db: &DatabaseConnection) -> Result<Vec<Entry>, DbErr> {
    let manager = SchemaManager::new(db);
    if !manager.has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let kinds = if manager.has_table("schema_changes").await? { kinds(db).await? } else { HashMap::new() };
    let mut names: Vec<String> =
        seaql_migrations::Entity::find().all(db).await?.into_iter().map(|model| model.version).collect();
    names.sort();
    let entry = |name: String| Entry { kind: Kind::from_stored(kinds.get(&name).map(String::as_str)), name };
    Ok(names.into_iter().map(entry).collect())
}

async fn kinds(db: &DatabaseConnection) -> Result<HashMap<String, String>, DbErr> {
    let select = Query::select().columns(["name", "kind"]).from("schema_changes").to_owned();
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| Ok((row.try_get("", "name")?, row.try_get("", "kind")?))).collect()
}

/// Remembers a change, in the transaction that made it.
pub(crate) async fn record<C: ConnectionTrait>(db: &C, name: &str, kind: Kind) -> Result<(), DbErr> {
    let micros = micros_since_epoch();
    let model =
        seaql_migrations::ActiveModel { version: Set(name.to_owned()), applied_at: Set(micros / 1_000_000) };
    seaql_migrations::Entity::insert(model).exec_without_returning(db).await?;
    let insert = Query::insert()
        .into_table("schema_changes")
        .columns(["name", "kind", "applied_at"])
        .values_panic([name.into(), kind.as_str().into(), micros.into()])
        .on_conflict(OnConflict::column("name").update_columns(["kind", "applied_at"]).to_owned())
        .to_owned();
    db.execute(&insert).await.map(|_| ())
}

/// Forgets a change, in the transaction that took it back.
pub(crate) async fn forget<C: ConnectionTrait>(db: &C, name: &str) -> Result<(), DbErr> {
    let of_sea_orm = seaql_migrations::Entity::delete_many();
    of_sea_orm.filter(Expr::col(seaql_migrations::Column::Version).eq(name)).exec(db).await?;
    let delete =
        Query::delete().from_table("schema_changes").and_where(Expr::col("name").eq(name)).to_owned();
    db.execute(&delete).await.map(|_| ())
}

#[expect(
    clippy::disallowed_methods,
    reason = "told to people who look into the table; nothing decides by it"
)]
fn micros_since_epoch() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
