//! An SQLite file is copied before its schema changes, and one process at a time does that.

#![expect(clippy::unwrap_used, reason = "a test may fail where it can not go on")]

use std::path::Path;

use migrations::testing::{fill, schema};
use migrations::{MigrateError, Migrator, migrate, revert, standing};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use uuid::Uuid;

async fn open(file: &Path, mode: &str) -> DatabaseConnection {
    Database::connect(format!("sqlite://{}?mode={mode}", file.display())).await.unwrap()
}

async fn tenants(db: &DatabaseConnection) -> usize {
    let statement = Statement::from_string(db.get_database_backend(), "SELECT id FROM tenants");
    db.query_all_raw(statement).await.unwrap().len()
}

#[tokio::test]
async fn a_fresh_file_is_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("switchboard.db");
    assert_eq!(migrate(&open(&file, "rwc").await, Some(&file)).await.unwrap().copy, None);
}

#[tokio::test]
async fn a_file_with_a_schema_is_copied_before_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("switchboard.db");
    let db = open(&file, "rwc").await;
    migrate(&db, Some(&file)).await.unwrap();
    fill(&db, Uuid::now_v7()).await.unwrap();
    revert(&db, Some(&file), 1).await.unwrap();
    let before = schema(&db).await.unwrap();
    let next = standing(&db).await.unwrap().pending.remove(0);

    // Twice: a copy of an earlier attempt does not stand in the way.
    for _ in 0..2 {
        let applied = migrate(&db, Some(&file)).await.unwrap();
        let copy = applied.copy.unwrap();
        assert_eq!(copy, folder.path().join(format!("switchboard.db.before-{next}")));
        let copied = open(&copy, "ro").await;
        assert_eq!(schema(&copied).await.unwrap(), before);
        assert_eq!(tenants(&copied).await, 1);
        revert(&db, Some(&file), 1).await.unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_copy() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("switchboard.db");
    let db = open(&file, "rwc").await;
    migrate(&db, Some(&file)).await.unwrap();
    revert(&db, Some(&file), 1).await.unwrap();
    let copy = migrate(&db, Some(&file)).await.unwrap().copy.unwrap();
    assert_eq!(std::fs::metadata(copy).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn two_processes_migrate_a_fresh_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("switchboard.db");
    let (one, other) = (open(&file, "rwc").await, open(&file, "rwc").await);
    let (one, other) = tokio::join!(migrate(&one, Some(&file)), migrate(&other, Some(&file)));
    let applied = one.unwrap().migrations.len() + other.unwrap().migrations.len();
    assert_eq!(applied, Migrator::changes().len());
}

#[tokio::test]
async fn a_read_only_store_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("switchboard.db");
    drop(open(&file, "rwc").await);
    let refusal = migrate(&open(&file, "ro").await, Some(&file)).await.unwrap_err();
    assert!(matches!(refusal, MigrateError::ReadOnly(_)), "{refusal}");
    assert!(refusal.to_string().starts_with("the database is read-only"));
}
