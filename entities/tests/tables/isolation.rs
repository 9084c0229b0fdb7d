//! A reader sees one tenant, and that is the database's doing. PostgreSQL only: SQLite has no roles.

use entities::TenantId;
use migrations::testing::{PostgresDatabase, fill, tenant_tables};
use sea_orm::sqlx::postgres::PgPoolOptions;
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, SqlxPostgresConnector,
    Statement, TransactionTrait,
};
use uuid::Uuid;

/// A migrated database with a row of each tenant in every table, whatever tables there are.
async fn with_rows_of(tenants: [TenantId; 2]) -> Option<(DatabaseConnection, PostgresDatabase)> {
    let postgres = PostgresDatabase::create().await?;
    let db = Database::connect(postgres.url()).await.unwrap();
    migrations::migrate(&db, None).await.unwrap();
    for tenant in tenants {
        fill(&db, tenant.as_uuid()).await.unwrap();
    }
    Some((db, postgres))
}

fn two_tenants() -> [TenantId; 2] {
    [TenantId::from_uuid(Uuid::now_v7()), TenantId::from_uuid(Uuid::now_v7())]
}

/// A reader's connection, as the store checks one out.
async fn reader(db: &DatabaseConnection, tenant: Option<TenantId>) -> DatabaseTransaction {
    let reader = db.begin().await.unwrap();
    if let Some(tenant) = tenant {
        let set = format!("SET LOCAL switchboard.tenant = '{tenant}'");
        reader.execute_unprepared(&set).await.unwrap();
    }
    reader.execute_unprepared("SET LOCAL ROLE switchboard_tenant").await.unwrap();
    reader
}

async fn count<C: ConnectionTrait>(db: &C, from: &str) -> Result<i64, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), format!("SELECT count(*) FROM {from}"));
    db.query_one_raw(statement).await?.unwrap().try_get_by_index(0)
}

#[tokio::test]
async fn a_reader_sees_its_own_rows_and_none_of_another_tenant_in_every_table() {
    let [mine, other] = two_tenants();
    let Some((db, _postgres)) = with_rows_of([mine, other]).await else { return };
    let tables = tenant_tables(&db).await.unwrap();
    assert!(tables.len() >= 16, "{tables:?}");
    for table in &tables {
        let (name, column) = (&table.name, table.tenant);
        assert_eq!(count(&db, name).await.unwrap(), 2, "{name} has a row of each tenant");
        let reader = reader(&db, Some(mine)).await;
        assert_eq!(count(&reader, name).await.unwrap(), 1, "{name} shows the reader's row and no other");
        let theirs = format!("{name} WHERE {column} = '{other}'");
        assert_eq!(count(&reader, &theirs).await.unwrap(), 0, "{name} hides rows that are asked for by name");
    }
}

#[tokio::test]
async fn a_reader_sees_no_more_of_a_view_than_of_its_tables() {
    let [mine, other] = two_tenants();
    let Some((db, _postgres)) = with_rows_of([mine, other]).await else { return };
    let as_owner = "pg_class WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace
         AND coalesce('security_invoker=true' <> ALL (reloptions), true)";
    assert_eq!(count(&db, as_owner).await.unwrap(), 0, "every view asks as whoever reads it");
    db.execute_unprepared("UPDATE messages SET direction = 'outbound', channel_type = 'twilio'")
        .await
        .unwrap();
    let view = "outbound_messages";
    assert_eq!(count(&db, view).await.unwrap(), 2, "it has a row of each tenant");
    let reading = reader(&db, Some(mine)).await;
    assert_eq!(count(&reading, view).await.unwrap(), 1);
    assert_eq!(count(&reading, &format!("{view} WHERE tenant_id = '{other}'")).await.unwrap(), 0);
    let refusal = reading.execute_unprepared("DELETE FROM outbound_messages").await.unwrap_err();
    assert!(refusal.to_string().contains("permission denied"), "{refusal}");
    assert!(count(&reader(&db, None).await, view).await.is_err(), "it names no tenant");
}

#[tokio::test]
async fn a_reader_that_named_no_tenant_gets_an_error_from_every_table() {
    let Some((db, _postgres)) = with_rows_of(two_tenants()).await else { return };
    for table in tenant_tables(&db).await.unwrap() {
        let reader = reader(&db, None).await;
        let refusal = count(&reader, &table.name).await.unwrap_err().to_string();
        assert!(refusal.contains("switchboard.tenant"), "{}: {refusal}", table.name);
    }
}

#[tokio::test]
async fn a_tenant_that_was_set_for_one_transaction_is_gone_in_the_next() {
    let [mine, other] = two_tenants();
    let Some((db, _postgres)) = with_rows_of([mine, other]).await else { return };
    let options = db.get_postgres_connection_pool().connect_options();
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with((*options).clone());
    let one = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    reader(&one, Some(mine)).await.commit().await.unwrap();
    let reader = reader(&one, None).await;
    assert!(count(&reader, "users").await.is_err());
}

#[tokio::test]
async fn a_reader_writes_nothing_and_sees_no_other_tables() {
    let [mine, other] = two_tenants();
    let Some((db, _postgres)) = with_rows_of([mine, other]).await else { return };
    for table in tenant_tables(&db).await.unwrap() {
        for statement in [
            format!("DELETE FROM {}", table.name),
            format!("UPDATE {} SET {} = {}", table.name, table.tenant, table.tenant),
            table.insert(db.get_database_backend(), mine.as_uuid()),
        ] {
            let refusal = reader(&db, Some(mine)).await.execute_unprepared(&statement).await.unwrap_err();
            assert!(refusal.to_string().contains("permission denied"), "{statement}: {refusal}");
        }
    }
    for table in ["seaql_migrations", "schema_changes"] {
        assert!(count(&reader(&db, Some(mine)).await, table).await.is_err(), "{table}");
    }
}

#[tokio::test]
async fn a_table_somebody_forgot_to_protect_would_be_noticed() {
    let [mine, other] = two_tenants();
    let Some((db, _postgres)) = with_rows_of([mine, other]).await else { return };
    db.execute_unprepared("CREATE TABLE forgotten (tenant_id uuid NOT NULL)").await.unwrap();
    db.execute_unprepared("GRANT SELECT ON forgotten TO switchboard_tenant").await.unwrap();
    assert!(tenant_tables(&db).await.unwrap().iter().any(|table| table.name == "forgotten"));
    db.execute_unprepared(&format!("INSERT INTO forgotten VALUES ('{other}')")).await.unwrap();
    assert_eq!(count(&reader(&db, Some(mine)).await, "forgotten").await.unwrap(), 1);
}
