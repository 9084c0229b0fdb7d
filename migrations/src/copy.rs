//! The copy of an SQLite file before its schema changes.

use std::fs::{File, OpenOptions, rename};
use std::io;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::MigrateError;
use crate::lock::beside;

/// Copies the database `file` to `<file>.before-<migration>`, readable by its owner alone, and returns that path.
///
/// The name says the first change to come, so whoever tries again after half of the changes does not write over the
/// copy that has none of them. The copy gets its name when it is whole and on disk.
pub(crate) async fn copy(
    db: &DatabaseConnection,
    file: &Path,
    migration: &str,
) -> Result<PathBuf, MigrateError> {
    let whole = beside(file, &format!("before-{migration}"));
    let part = beside(&whole, "part");
    copy_to(db, &part).await?;
    rename(&part, &whole).map_err(MigrateError::io(&whole))?;
    Ok(whole)
}

/// Copies an SQLite database into a file of its own, readable by its owner alone, while others may write: as of one moment, and on
/// disk when this returns.
///
/// # Errors
/// See [`MigrateError`].
pub async fn copy_to(db: &DatabaseConnection, to: &Path) -> Result<(), MigrateError> {
    let target = empty(to).map_err(MigrateError::io(to))?;
    let name = to.to_string_lossy().into_owned();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), "VACUUM INTO ?", [name.into()]);
    db.execute_raw(statement).await?;
    target.sync_all().map_err(MigrateError::io(to))
}

/// SQLite copies into a file that is empty; making it ourselves sets who may read it.
fn empty(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
