//! One process at a time migrates a database. The lock goes when it is dropped, or its process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sea_orm::sqlx::{self, Connection, Executor, PgConnection};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, RuntimeErr};

use crate::MigrateError;

/// How long a process waits for another one that migrates.
const PATIENCE: Duration = Duration::from_secs(60);

/// "switchbo" as a number: the advisory lock of PostgreSQL is named by one.
const ADVISORY_LOCK: i64 = 0x7377_6974_6368_626f;

/// Held while a schema is migrated.
#[expect(dead_code, reason = "held for what dropping it does")]
pub(crate) enum Lock {
    /// A session of its own, because a pool may hand each statement to another session.
    Session(PgConnection),
    File(File),
    /// In memory: nobody else can see the database.
    Alone,
}

impl Lock {
    /// Waits up to a minute for the lock of `db`, whose file is `file` if it is SQLite and not in memory.
    pub(crate) async fn take(db: &DatabaseConnection, file: Option<&Path>) -> Result<Self, MigrateError> {
        match (db.get_database_backend(), file) {
            (DbBackend::Postgres, _) => session(db).await.map(Self::Session),
            (_, Some(file)) => lock_file(&beside(file, "lock")).await.map(Self::File),
            (_, None) => Ok(Self::Alone),
        }
    }
}

/// `<file>.<suffix>`.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

async fn session(db: &DatabaseConnection) -> Result<PgConnection, MigrateError> {
    let refused = |error: sqlx::Error| MigrateError::from(DbErr::Conn(RuntimeErr::SqlxError(error.into())));
    let options = db.get_postgres_connection_pool().connect_options();
    let mut session = PgConnection::connect_with(&options).await.map_err(refused)?;
    let timeouts = format!("SET statement_timeout = 0; SET lock_timeout = {}", PATIENCE.as_millis());
    session.execute(sqlx::AssertSqlSafe(timeouts)).await.map_err(refused)?;
    match sqlx::query("SELECT pg_advisory_lock($1)").bind(ADVISORY_LOCK).execute(&mut session).await {
        Ok(_) => Ok(session),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => {
            Err(MigrateError::Locked)
        }
        Err(error) => Err(refused(error)),
    }
}

async fn lock_file(path: &Path) -> Result<File, MigrateError> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(MigrateError::io(path))?;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(TryLockError::WouldBlock) => return Err(MigrateError::Locked),
            Err(TryLockError::Error(error)) => return Err(MigrateError::io(path)(error)),
        }
    }
}
