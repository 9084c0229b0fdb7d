//! Migrated databases for tests: SQLite in memory, and PostgreSQL when a server answers.

use migrations::testing::PostgresDatabase;
use sea_orm::{Database, DatabaseConnection};

/// Two databases with the same schema; the second one goes when this is dropped.
pub(crate) struct Databases {
    all: Vec<DatabaseConnection>,
    _postgres: Option<PostgresDatabase>,
}

impl Databases {
    /// Makes them.
    pub(crate) async fn migrated() -> Self {
        let mut all = vec![Database::connect("sqlite::memory:").await.unwrap()];
        let postgres = PostgresDatabase::create().await;
        if let Some(postgres) = &postgres {
            all.push(Database::connect(postgres.url()).await.unwrap());
        }
        for db in &all {
            migrations::migrate(db, None).await.unwrap();
        }
        Self { all, _postgres: postgres }
    }

    /// Each of them.
    pub(crate) fn all(&self) -> &[DatabaseConnection] {
        &self.all
    }
}
