//! The plan of a statement, as text.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Says how the database will carry out `statement` for a reader, whom row-level security holds to his tenant.
pub(crate) async fn explain(db: &DatabaseConnection, statement: Statement) -> String {
    let backend = db.get_database_backend();
    let (prefix, column) = match backend {
        DbBackend::Postgres => ("EXPLAIN", 0),
        _ => ("EXPLAIN QUERY PLAN", 3),
    };
    let Statement { sql, values, .. } = statement;
    let values = values.map(|values| values.0).unwrap_or_default();
    let explained = Statement::from_sql_and_values(backend, format!("{prefix} {sql}"), values);
    become_reader(db).await;
    let rows = db.query_all_raw(explained).await.unwrap();
    become_owner(db).await;
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(column).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

async fn become_reader(db: &DatabaseConnection) {
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("SET ROLE switchboard_tenant").await.unwrap();
    }
}

async fn become_owner(db: &DatabaseConnection) {
    if db.get_database_backend() == DbBackend::Postgres {
        db.execute_unprepared("RESET ROLE").await.unwrap();
    }
}

/// Carries `statement` out for a reader and counts the pages it touched. PostgreSQL only.
pub(crate) async fn pages_touched(db: &DatabaseConnection, statement: Statement) -> u64 {
    let Statement { sql, values, .. } = statement;
    let values = values.map(|values| values.0).unwrap_or_default();
    let sql = format!("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}");
    let explained = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    become_reader(db).await;
    let row = db.query_one_raw(explained).await.unwrap().unwrap();
    become_owner(db).await;
    let plan: serde_json::Value = row.try_get_by_index(0).unwrap();
    let blocks = |kind: &str| plan[0]["Plan"][kind].as_u64().unwrap();
    blocks("Shared Hit Blocks") + blocks("Shared Read Blocks")
}
