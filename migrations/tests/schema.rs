//! The schema goes up, comes down, and says no where it must.

#![expect(clippy::unwrap_used, reason = "a test may fail where it can not go on")]

use migrations::testing::{PostgresDatabase, Table, fill, schema, tenant_tables};
use migrations::{Kind, MigrateError, Migrator, migrate, revert, standing};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use uuid::Uuid;

/// SQLite in memory, and a PostgreSQL database when a server answers.
async fn databases() -> (Vec<DatabaseConnection>, Option<PostgresDatabase>) {
    let mut databases = vec![Database::connect("sqlite::memory:").await.unwrap()];
    let postgres = PostgresDatabase::create().await;
    if let Some(postgres) = &postgres {
        databases.push(Database::connect(postgres.url()).await.unwrap());
    }
    (databases, postgres)
}

/// A change of a version that is not written yet.
async fn pretend(db: &DatabaseConnection, name: &str, kind: Kind) {
    let statements = format!(
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('{name}', 0);
         INSERT INTO schema_changes (name, kind, applied_at) VALUES ('{name}', '{}', 0);",
        kind.as_str()
    );
    db.execute_unprepared(&statements).await.unwrap();
}

#[tokio::test]
async fn up_down_up_leaves_the_same_schema() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        let applied = migrate(db, None).await.unwrap();
        assert_eq!(applied.migrations.len(), Migrator::changes().len());
        let first = schema(db).await.unwrap();
        assert_eq!(revert(db, None, usize::MAX).await.unwrap().len(), applied.migrations.len());
        assert!(tenant_tables(db).await.unwrap().is_empty());
        assert_eq!(migrate(db, None).await.unwrap(), applied);
        assert_eq!(schema(db).await.unwrap(), first);
    }
}

#[tokio::test]
async fn every_change_can_be_taken_back_alone() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        migrate(db, None).await.unwrap();
        let whole = schema(db).await.unwrap();
        for steps in 1..=Migrator::changes().len() {
            revert(db, None, steps).await.unwrap();
            assert_eq!(standing(db).await.unwrap().pending.len(), steps);
            migrate(db, None).await.unwrap();
            assert_eq!(schema(db).await.unwrap(), whole);
        }
    }
}

#[tokio::test]
async fn a_migrated_database_is_left_alone() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        migrate(db, None).await.unwrap();
        assert_eq!(migrate(db, None).await.unwrap(), migrations::Applied::default());
    }
}

#[tokio::test]
async fn asking_where_an_empty_database_stands_writes_nothing() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        let before = schema(db).await.unwrap();
        assert_eq!(standing(db).await.unwrap().pending.len(), Migrator::changes().len());
        assert_eq!(schema(db).await.unwrap(), before);
    }
}

#[tokio::test]
async fn a_newer_change_that_adds_is_accepted_and_one_that_takes_away_is_refused() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        migrate(db, None).await.unwrap();
        pretend(db, "m9998_adds", Kind::Expand).await;
        migrate(db, None).await.unwrap();
        assert_eq!(standing(db).await.unwrap().newer, ["m9998_adds"]);

        pretend(db, "m9999_takes_away", Kind::Contract).await;
        let refusal = migrate(db, None).await.unwrap_err();
        assert!(matches!(&refusal, MigrateError::Newer { migration } if migration == "m9999_takes_away"));
        assert!(refusal.to_string().contains("newer version (m9999_takes_away)"));
    }
}

#[tokio::test]
async fn a_newer_change_of_unknown_kind_is_refused() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        migrate(db, None).await.unwrap();
        pretend(db, "m9999_who_knows", Kind::Expand).await;
        db.execute_unprepared("DELETE FROM schema_changes WHERE name = 'm9999_who_knows'").await.unwrap();
        assert!(matches!(migrate(db, None).await, Err(MigrateError::Newer { .. })));
    }
}

#[tokio::test]
async fn a_row_never_changes_its_tenant() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        migrate(db, None).await.unwrap();
        let backend = db.get_database_backend();
        let (mine, other) = (Uuid::now_v7(), Uuid::now_v7());
        fill(db, mine).await.unwrap();
        for table in tenant_tables(db).await.unwrap() {
            let Table { name, tenant, .. } = &table;
            let to = |id| format!("UPDATE {name} SET {tenant} = {}", Table::literal(backend, id));
            let refusal = db.execute_unprepared(&to(other)).await.unwrap_err();
            assert!(refusal.to_string().contains("tenant_id never changes"), "{name}: {refusal}");
            db.execute_unprepared(&to(mine)).await.unwrap();
        }
    }
}

/// How many changes to take back until this one is.
fn back_to_before(name: &str) -> usize {
    1 + Migrator::changes().iter().rev().position(|change| change.migration.name() == name).unwrap()
}

#[tokio::test]
async fn what_a_provider_had_before_that_was_noted_was_sent_when_it_was_said() {
    let (databases, _postgres) = databases().await;
    for db in &databases {
        migrate(db, None).await.unwrap();
        revert(db, None, back_to_before("m0245_outbound_messages")).await.unwrap();
        let (mine, other) = (Uuid::now_v7(), Uuid::now_v7());
        fill(db, mine).await.unwrap();
        fill(db, other).await.unwrap();
        let backend = db.get_database_backend();
        let taken = format!(
            "UPDATE messages SET external_id = 'SM1' WHERE tenant_id = {}",
            Table::literal(backend, mine)
        );
        let said = "UPDATE messages SET direction = 'outbound', channel_type = 'twilio', created_at = 7";
        for statement in [said, &taken] {
            db.execute_unprepared(statement).await.unwrap();
        }
        migrate(db, None).await.unwrap();
        let asked = "SELECT sent_at FROM outbound_messages ORDER BY external_message_id IS NULL";
        let rows = db.query_all_raw(Statement::from_string(backend, asked)).await.unwrap();
        let sent: Vec<Option<i64>> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(sent, [Some(7), None], "the other one nobody has");
    }
}

#[tokio::test]
async fn two_processes_migrate_a_fresh_postgres_database_at_once() {
    let Some(postgres) = PostgresDatabase::create().await else { return };
    let (one, other) =
        (Database::connect(postgres.url()).await.unwrap(), Database::connect(postgres.url()).await.unwrap());
    let (one, other) = tokio::join!(migrate(&one, None), migrate(&other, None));
    let applied = one.unwrap().migrations.len() + other.unwrap().migrations.len();
    assert_eq!(applied, Migrator::changes().len());
}
