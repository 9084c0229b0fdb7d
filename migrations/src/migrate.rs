//! Applying changes, taking them back, and saying where a database stands.

use std::path::{Path, PathBuf};

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use sea_orm_migration::prelude::SchemaManager;

use crate::ledger::{self, Entry};
use crate::lock::Lock;
use crate::{Change, Kind, MigrateError, Migrator, copy::copy, tenant_table};

/// What [`migrate`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The changes, in the order they were applied; empty when there was nothing to do.
    pub migrations: Vec<String>,
    /// The copy that was made of an SQLite file first.
    pub copy: Option<PathBuf>,
}

/// Where a database stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Changes of this binary that the database has.
    pub applied: Vec<String>,
    /// Changes of this binary that it lacks.
    pub pending: Vec<String>,
    /// Changes of a newer version that this binary can run with.
    pub newer: Vec<String>,
}

/// Brings the schema of `db` to what this binary needs.
///
/// `file` is the SQLite file, `None` for one in memory and for PostgreSQL. Give a pool without statement timeouts.
/// Any number of processes may call this at once: they take turns, and wait for each other up to a minute.
///
/// # Errors
/// See [`MigrateError`]. Each change is a transaction: what was applied before the error stays, the rest can be tried again.
pub async fn migrate(db: &DatabaseConnection, file: Option<&Path>) -> Result<Applied, MigrateError> {
    let _lock = Lock::take(db, file).await?;
    let stored = ledger::read(db).await?;
    compare(&stored)?;
    let pending: Vec<Change> =
        Migrator::changes().into_iter().filter(|change| !has(&stored, change)).collect();
    let Some(first) = pending.first() else {
        return Ok(Applied::default());
    };
    let mut applied = Applied::default();
    if let Some(file) = file.filter(|_| !stored.is_empty()) {
        applied.copy = Some(copy(db, file, first.migration.name()).await?);
    }
    ledger::install(db).await?;
    for change in pending {
        applied.migrations.push(up(db, &change).await?);
    }
    Ok(applied)
}

/// Makes what a dump of a PostgreSQL store names and does not hold: the role of the readers, which belongs to the server.
///
/// # Errors
/// When we may neither make it nor use it.
pub async fn prepare_role(db: &DatabaseConnection) -> Result<(), MigrateError> {
    Ok(tenant_table::prepare_role(&SchemaManager::new(db)).await?)
}

/// Takes back the newest `steps` changes, with the data in them.
///
/// # Errors
/// As [`migrate`].
pub async fn revert(
    db: &DatabaseConnection,
    file: Option<&Path>,
    steps: usize,
) -> Result<Vec<String>, MigrateError> {
    let _lock = Lock::take(db, file).await?;
    let stored = ledger::read(db).await?;
    compare(&stored)?;
    ledger::install(db).await?;
    let mut reverted = Vec::new();
    for change in Migrator::changes().iter().rev().filter(|change| has(&stored, change)).take(steps) {
        reverted.push(down(db, change).await?);
    }
    Ok(reverted)
}

/// Says where a database stands, and writes nothing.
///
/// # Errors
/// [`MigrateError::Newer`] when this binary can not run with it, [`MigrateError::Db`].
pub async fn standing(db: &DatabaseConnection) -> Result<Standing, MigrateError> {
    let stored = ledger::read(db).await?;
    let newer = compare(&stored)?;
    let (applied, pending): (Vec<Change>, Vec<Change>) =
        Migrator::changes().into_iter().partition(|change| has(&stored, change));
    let names =
        |changes: Vec<Change>| changes.iter().map(|change| change.migration.name().to_owned()).collect();
    Ok(Standing { applied: names(applied), pending: names(pending), newer })
}

fn has(stored: &[Entry], change: &Change) -> bool {
    stored.iter().any(|entry| entry.name == change.migration.name())
}

/// The stored changes this binary does not know. They may all add; one that takes away is a refusal.
fn compare(stored: &[Entry]) -> Result<Vec<String>, MigrateError> {
    let known = Migrator::changes();
    let unknown =
        stored.iter().filter(|entry| known.iter().all(|change| change.migration.name() != entry.name));
    unknown
        .map(|entry| match entry.kind {
            Kind::Expand => Ok(entry.name.clone()),
            Kind::Contract => Err(MigrateError::Newer { migration: entry.name.clone() }),
        })
        .collect()
}

async fn up(db: &DatabaseConnection, change: &Change) -> Result<String, DbErr> {
    let name = change.migration.name();
    let transaction: DatabaseTransaction = db.begin().await?;
    change.migration.up(&SchemaManager::new(&transaction)).await?;
    ledger::record(&transaction, name, change.kind).await?;
    transaction.commit().await?;
    Ok(name.to_owned())
}

async fn down(db: &DatabaseConnection, change: &Change) -> Result<String, DbErr> {
    let name = change.migration.name();
    let transaction: DatabaseTransaction = db.begin().await?;
    change.migration.down(&SchemaManager::new(&transaction)).await?;
    ledger::forget(&transaction, name).await?;
    transaction.commit().await?;
    Ok(name.to_owned())
}
