//! The floor commits what it says: every row once, seqs without holes.

use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{ConnectOptions, Row, query};

use super::*;

#[tokio::test]
async fn every_operation_leaves_its_four_rows_and_the_log_has_no_holes() {
    let folder = TempDir::new().unwrap();
    let mut store = Sqlite::create(folder.path()).await.unwrap();
    let (tenants, mut threads) = population(Width { conversations: 7, tenants: 2 });
    store.seed(&tenants, &threads).await.unwrap();
    let mut random = StdRng::seed_from_u64(7);
    for _ in 0..3 {
        let batch: Vec<_> = threads.iter_mut().map(|thread| thread.next(&mut random)).collect();
        store.commit(&batch).await.unwrap();
    }

    let mut reader =
        SqliteConnectOptions::new().filename(folder.path().join("floor.sqlite")).connect().await.unwrap();
    let counts = query(
        "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM events), (SELECT count(*) FROM idempotency_keys),
            (SELECT sum(rev - 1) FROM conversations), (SELECT sum(last_seq) FROM logs),
            (SELECT count(DISTINCT tenant_id || '/' || seq) FROM events WHERE seq BETWEEN 1 AND 12)",
    )
    .fetch_one(&mut reader)
    .await
    .unwrap();
    for column in 0..6 {
        assert_eq!(counts.get::<i64, _>(column), 21, "column {column}");
    }
}

#[tokio::test]
async fn an_operation_that_expects_another_rev_fails_the_run() {
    let folder = TempDir::new().unwrap();
    let mut store = Sqlite::create(folder.path()).await.unwrap();
    let (tenants, mut threads) = population(Width { conversations: 1, tenants: 1 });
    store.seed(&tenants, &threads).await.unwrap();
    let mut random = StdRng::seed_from_u64(7);
    threads[0].next(&mut random);
    let late = threads[0].next(&mut random);
    let error = store.commit(&[late]).await.unwrap_err();
    assert_eq!(error.to_string(), "0 of 1 conversations passed their guard");
}

#[tokio::test]
async fn a_database_that_is_away_is_an_error_and_not_a_number() {
    let place = Place::Postgres("postgres://nobody@127.0.0.1:1/none".into());
    let width = Width { conversations: 1, tenants: 1 };
    let error = place.commit(width, Duration::from_millis(1), 1).await.unwrap_err();
    assert!(error.to_string().starts_with("no PostgreSQL answers at"), "{error}");
}
