//! A store in a file: copied while others write to it, and put in its place in one step when it is whole.

use std::fs::File;
use std::path::{Path, PathBuf};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

use super::{BackupError, files};
use crate::store::Place;

/// Copies the store into a file of its own. It reads: nobody who writes waits for it.
pub(super) async fn copy(place: &Place, to: &Path) -> Result<(), BackupError> {
    let db = place.connect().await?;
    let copied = migrations::copy_to(&db, to).await;
    db.close().await?;
    Ok(copied?)
}

/// Opens a copy that nobody writes to, and leaves nothing beside it.
pub(super) async fn open_copy(file: &Path) -> Result<DatabaseConnection, BackupError> {
    let place = Place::at(file.to_owned());
    let url = place.url.replace("?mode=rwc", "?mode=ro&immutable=true");
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

/// Makes the empty file that says that a restore is under way: until it is over no hub uses the store, and nobody else begins one.
pub(super) fn mark(file: &Path) -> Result<(), BackupError> {
    let aside = Place::unfinished(file);
    let made = file.parent().map_or(Ok(()), files::make_private).and_then(|()| files::create(&aside));
    made.map(drop).map_err(BackupError::at(&aside))
}

/// Copies the store of a backup into that file.
pub(super) fn bring(from: &Path, file: &Path) -> Result<Place, BackupError> {
    let aside = Place::unfinished(file);
    let source = File::open(from).map_err(BackupError::at(from))?;
    let target = File::options().write(true).open(&aside);
    target.and_then(|target| files::copy_into(source, target)).map_err(BackupError::at(&aside))?;
    Ok(Place::at(aside))
}

/// Gives the finished store its name. Everything must be in the file itself.
pub(super) async fn put_in_place(db: DatabaseConnection, file: &Path) -> Result<(), BackupError> {
    db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    db.close().await?;
    let aside = Place::unfinished(file);
    let left = beside(&aside, "-wal");
    if left.metadata().is_ok_and(|left| left.len() > 0) {
        return Err(BackupError::Refused(format!(
            "{} was not emptied: somebody else has it open",
            left.display()
        )));
    }
    let renamed =
        File::open(&aside).and_then(|file| file.sync_all()).and_then(|()| std::fs::rename(&aside, file));
    renamed.map_err(BackupError::at(file))?;
    let on_disk = file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all());
    on_disk.map_err(|why| {
        // It is taken back under the other name.
        let _ = std::fs::rename(file, &aside);
        BackupError::at(file)(why)
    })
}

/// Removes what [`mark`] made and [`bring`] brought.
pub(super) fn clear(file: &Path) -> Vec<PathBuf> {
    let aside = Place::unfinished(file);
    let all = ["-wal", "-shm", ""].map(|ending| beside(&aside, ending));
    all.into_iter().filter(|path| std::fs::remove_file(path).is_err() && path.exists()).collect()
}

/// A file of a store that is there already.
pub(super) fn found(file: &Path) -> Option<PathBuf> {
    ["", "-wal"].map(|ending| beside(file, ending)).into_iter().find(|path| path.exists())
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
