//! Why a backup is not made, or not brought back.

use std::io;
use std::path::{Path, PathBuf};

use migrations::MigrateError;
use sea_orm::DbErr;

use crate::keys::KeysError;
use crate::store::StoreError;

/// The message says what to do where something can be done.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error("{}: {why}", path.display())]
    Io { path: PathBuf, why: io::Error },
    /// It is no backup, or not all of it is there, or not as it was written.
    #[error("this is not a whole backup: {0}")]
    Broken(String),
    /// It is whole, and may not or cannot be brought here.
    #[error("{0}")]
    Refused(String),
    /// `pg_dump` or `pg_restore`.
    #[error("{0}")]
    Tool(String),
}

impl BackupError {
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |why| Self::Io { path, why }
    }
}

impl From<DbErr> for BackupError {
    fn from(error: DbErr) -> Self {
        Self::Store(StoreError::Unreachable(error))
    }
}

impl From<MigrateError> for BackupError {
    fn from(error: MigrateError) -> Self {
        Self::Store(StoreError::Schema(error))
    }
}
