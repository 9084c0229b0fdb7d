//! Why a schema could not be migrated.

use std::io;
use std::path::PathBuf;

use sea_orm::{DbErr, RuntimeErr};

/// What stops a migration. Nothing was half applied: every change is a transaction.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database has a change that takes away what this binary needs.
    #[error("the database was migrated by a newer version ({migration}) that this binary cannot run with")]
    Newer {
        /// The oldest such change.
        migration: String,
    },
    /// Another process migrates the same database, and has done so for a minute.
    #[error("another process is migrating this database")]
    Locked,
    /// The store, or the folder it lies in, can not be written.
    #[error("the database is read-only")]
    ReadOnly(#[source] DbErr),
    /// The database refused.
    #[error(transparent)]
    Db(DbErr),
    /// A file beside the database could not be written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl MigrateError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<DbErr> for MigrateError {
    fn from(error: DbErr) -> Self {
        if is_read_only(&error) { Self::ReadOnly(error) } else { Self::Db(error) }
    }
}

/// SQLite's primary result code 8, whatever its extension; PostgreSQL's `read_only_sql_transaction`.
fn is_read_only(error: &DbErr) -> bool {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == "25006" || code.parse::<u32>().is_ok_and(|code| code & 0xff == 8))
}
