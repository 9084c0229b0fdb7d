//! Bringing a backup back into a place where nothing is yet, and what has to be done to any store that was restored.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use actors::clock::{Clock, SystemClock};
use actors::journal::{self, Renewed, Restored};
use entities::{LogIncarnation, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};
use uuid::Uuid;

use super::arriving::Arrival;
use super::manifest::{DatabaseKind, Manifest};
use super::{BackupError, Watch, files, logs, postgres, sqlite};
use crate::config::Settings;
use crate::store::Place;

/// Reads a whole backup, and says what it holds when every byte is as it was written. A copy of SQLite is opened and its logs are
/// compared; of a dump PostgreSQL says whether it can be read.
///
/// # Errors
/// [`BackupError::Broken`] names what is not.
pub async fn check(folder: &Path, watch: &dyn Watch) -> Result<Manifest, BackupError> {
    let manifest = Manifest::read(folder)?;
    files::check(folder, (&manifest.files_sha256, manifest.files), watch)?;
    let copy = folder.join(manifest.database.file());
    match manifest.database {
        DatabaseKind::Sqlite => {
            let db = sqlite::open_copy(&copy).await?;
            let compared = logs::compare(&db, (folder, manifest.tenants), watch).await;
            db.close().await?;
            compared?;
        }
        DatabaseKind::Postgres => postgres::check(&copy).await?,
    }
    Ok(manifest)
}

/// Brings the backup in `folder` to where the settings say, where nothing may be yet. When it returns, the store is that of the
/// backup, compared with it, and goes on as another; when it fails, nothing is left behind, or the message says what is.
///
/// # Errors
/// [`BackupError`].
pub async fn restore(
    settings: &Settings,
    folder: &Path,
    watch: &dyn Watch,
) -> Result<(Manifest, Renewed), BackupError> {
    let manifest = Manifest::read(folder)?;
    let place = Place::of(settings);
    if DatabaseKind::of(&place) != manifest.database {
        return Err(BackupError::Refused(format!(
            "this is a copy of {:?}, and the settings name {}: a backup goes into a database of its kind",
            manifest.database,
            place.shown()
        )));
    }
    refuse_used(settings, &place).await?;
    let missing = manifest.keys.missing(settings)?;
    files::check(folder, (&manifest.files_sha256, manifest.files), watch)?;
    let arrival = Arrival { settings, folder, place: &place, keys: &missing, brought: Cell::default() };
    arrival.mark().await?;
    match bring(&arrival, &manifest, watch).await {
        Ok(renewed) => Ok((manifest, renewed)),
        Err(why) => Err(arrival.undo(why).await),
    }
}

/// What has to be done once to a store that was restored in another way, before any hub uses it: see [`journal::begin_anew`].
///
/// # Errors
/// [`BackupError`]; then nothing was changed.
pub async fn begin_anew(settings: &Settings, as_of: Timestamp) -> Result<Renewed, BackupError> {
    let place = Place::of(settings);
    if place.file.is_some() && !place.exists() {
        return Err(BackupError::Refused(format!("there is no store at {}", place.shown())));
    }
    place.refuse_unfinished().await?;
    let db = place.connect().await?;
    refuse_in_use(&db).await?;
    place.migrate().await?;
    let renewed = renew(&db, (settings, as_of), false).await?;
    db.close().await?;
    Ok(renewed)
}

/// The database under its mark, and the files; last what makes it a store.
async fn bring(
    arrival: &Arrival<'_>,
    manifest: &Manifest,
    watch: &dyn Watch,
) -> Result<Renewed, BackupError> {
    let copy = arrival.folder.join(manifest.database.file());
    let (compared, as_of) = ((arrival.folder, manifest.tenants), (arrival.settings, manifest.as_of));
    match &arrival.place.file {
        Some(file) => {
            watch.begin("bringing the database", None);
            let db = sqlite::bring(&copy, file)?.connect().await?;
            migrations::migrate(&db, None).await?;
            logs::compare(&db, compared, watch).await?;
            arrival.bring_files(watch)?;
            let renewed = renew(&db, as_of, false).await?;
            sqlite::put_in_place(db, file).await?;
            Ok(renewed)
        }
        None => {
            let db = arrival.place.connect().await?;
            migrations::prepare_role(&db).await?;
            arrival.bring_files(watch)?;
            watch.begin("bringing the database", None);
            postgres::load(arrival.place, &copy).await?;
            migrations::migrate(&db, None).await?;
            logs::compare(&db, compared, watch).await?;
            // From then on it is a store: how the connection ends is all the same.
            renew(&db, as_of, true).await
        }
    }
}

/// In one transaction, with the mark that kept everybody out.
async fn renew(
    db: &DatabaseConnection,
    (settings, as_of): (&Settings, Timestamp),
    marked: bool,
) -> Result<Renewed, BackupError> {
    let now = SystemClock.now();
    let asked_at = now.plus(settings.providers.twilio.settle());
    let incarnation = LogIncarnation::from_uuid(Uuid::now_v7());
    let transaction = db.begin().await?;
    let restored = Restored { as_of: as_of.min(now), now, asked_at, incarnation };
    let renewed = journal::begin_anew(&transaction, &restored).await?;
    if marked {
        postgres::unmark(&transaction).await?;
    }
    transaction.commit().await?;
    Ok(renewed)
}

async fn refuse_used(settings: &Settings, place: &Place) -> Result<(), BackupError> {
    place.refuse_unfinished().await?;
    let attachments = settings.data.attachments();
    let found: Option<PathBuf> = match &place.file {
        Some(file) => sqlite::found(file),
        None => None,
    };
    let found = match found {
        None => files::attachments(&attachments)?.next().transpose()?,
        found => found,
    };
    let refused = |what: &dyn std::fmt::Display| {
        let why = format!("{what} is there already: a backup is brought back where nothing is");
        Err(BackupError::Refused(why))
    };
    if let Some(path) = found {
        return refused(&path.display());
    }
    if place.file.is_none() {
        let db = place.connect().await?;
        let table = postgres::found(&db).await;
        db.close().await?;
        if let Some(table) = table? {
            return refused(&format!("the table {table} of {}", place.shown()));
        }
    }
    Ok(())
}

/// A hub that runs would go on with what it remembers. Of an SQLite store nobody can tell.
async fn refuse_in_use(db: &DatabaseConnection) -> Result<(), BackupError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = "SELECT count(*) AS nodes FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = 'switchboard'";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let sessions: i64 = row.map(|row| row.try_get("", "nodes")).transpose()?.unwrap_or(0);
    match sessions {
        0 => Ok(()),
        _ => Err(BackupError::Refused("a hub uses this database: stop every node first".to_owned())),
    }
}
