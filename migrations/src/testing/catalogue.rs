//! The tables as the database's own catalogue has them, so that a table nobody thought of is tested too.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use uuid::Uuid;

/// Tables that belong to no tenant.
const OF_NOBODY: [&str; 2] = ["schema_changes", "seaql_migrations"];

/// A table of tenants, and how to write a row into it.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The column that names the tenant.
    pub tenant: &'static str,
    columns: Vec<(String, String)>,
}

impl Table {
    /// A row of `tenant`, with something plausible in every column that must have a value.
    pub fn insert(&self, backend: DbBackend, tenant: Uuid) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let literals: Vec<String> = self
            .columns
            .iter()
            .map(
                |(name, kind)| {
                    if name == self.tenant { uuid(backend, tenant) } else { literal(backend, kind) }
                },
            )
            .collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, names.join(", "), literals.join(", "))
    }

    /// The tenant's UUID as SQL says it.
    pub fn literal(backend: DbBackend, tenant: Uuid) -> String {
        uuid(backend, tenant)
    }
}

/// Every table but those of nobody. Tenants come first, because others point at them.
///
/// # Errors
/// When the catalogue can not be read.
pub async fn tenant_tables(db: &DatabaseConnection) -> Result<Vec<Table>, DbErr> {
    let mut tables: Vec<Table> = Vec::new();
    for (table, column, kind) in rows(db, columns_query(db.get_database_backend())).await? {
        if OF_NOBODY.contains(&table.as_str()) {
            continue;
        }
        match tables.iter_mut().find(|known| known.name == table) {
            Some(known) => known.columns.push((column, kind)),
            None => {
                let tenant = if table == "tenants" { "id" } else { "tenant_id" };
                tables.push(Table { name: table, tenant, columns: vec![(column, kind)] });
            }
        }
    }
    tables.sort_by_key(|table| (table.name != "tenants", table.name.clone()));
    Ok(tables)
}

/// Writes one row of `tenant` into every table of tenants.
///
/// # Errors
/// When the database refuses one.
pub async fn fill(db: &DatabaseConnection, tenant: Uuid) -> Result<(), DbErr> {
    for table in tenant_tables(db).await? {
        db.execute_unprepared(&table.insert(db.get_database_backend(), tenant)).await?;
    }
    Ok(())
}

/// The whole schema as sorted lines: tables, views, columns, indexes, triggers, functions, policies, grants, storage.
///
/// # Errors
/// When the catalogue can not be read.
pub async fn schema(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let queries: &[&str] = match db.get_database_backend() {
        DbBackend::Postgres => &POSTGRES_SCHEMA,
        _ => &["SELECT type, tbl_name, coalesce(sql, name) FROM sqlite_master"],
    };
    let mut lines = Vec::new();
    for query in queries {
        lines.extend(
            rows(db, query).await?.into_iter().map(|(kind, table, sql)| format!("{kind} {table}: {sql}")),
        );
    }
    lines.sort();
    Ok(lines)
}

fn columns_query(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text
             FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_nullable = 'NO'"
        }
        _ => {
            // A full-text table and its shadows belong to the table they index.
            "SELECT t.name, c.name, lower(c.type) FROM pragma_table_list t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'
                 AND (c.\"notnull\" = 1 OR c.pk > 0)"
        }
    }
}

const POSTGRES_SCHEMA: [&str; 7] = [
    "SELECT 'column', table_name::text, concat_ws(' ', column_name, data_type, is_nullable, column_default)
     FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT 'index', tablename::text, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT 'policy', tablename::text, concat_ws(' ', policyname, permissive, roles, cmd, qual, with_check)
     FROM pg_policies WHERE schemaname = current_schema()",
    "SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function', proname::text, pg_get_functiondef(oid) FROM pg_proc
     WHERE pronamespace = current_schema()::regnamespace",
    "SELECT 'view', viewname::text, definition FROM pg_views WHERE schemaname = current_schema()",
    "SELECT 'table', relname::text, concat_ws(' ', relkind, relrowsecurity, relforcerowsecurity, reloptions, relacl)
     FROM pg_class WHERE relnamespace = current_schema()::regnamespace",
];

async fn rows(db: &DatabaseConnection, query: &str) -> Result<Vec<(String, String, String)>, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?)))
        .collect()
}

fn uuid(backend: DbBackend, uuid: Uuid) -> String {
    match backend {
        DbBackend::Postgres => format!("'{uuid}'"),
        _ => format!("x'{}'", uuid.simple()),
    }
}

/// Unique where it can be, so that one row of each tenant never stands in the way of another's.
fn literal(backend: DbBackend, kind: &str) -> String {
    let unique = Uuid::now_v7();
    match kind {
        "uuid" | "uuid_text" => uuid(backend, unique),
        "bigint" => "1".to_owned(),
        // The number of a row, which SQLite gives out.
        "integer" => "abs(random())".to_owned(),
        "boolean" => "false".to_owned(),
        "bytea" => format!("'\\x{}'", unique.simple()),
        "blob" => format!("x'{}'", unique.simple()),
        _ => format!("'{unique}'"),
    }
}
