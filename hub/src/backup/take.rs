//! Taking a backup, of a store that may be in use: first the database as of one moment, then the files it speaks of, then the keys.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use actors::clock::{Clock, SystemClock};
use sea_orm::{AccessMode, ConnectionTrait, DbBackend, IsolationLevel, Statement, TransactionTrait};

use super::files::{self, List};
use super::logs::{self, Counted};
use super::manifest::{DatabaseKind, Manifest};
use super::{BackupError, KeysKept, Watch, keys, postgres, sqlite};
use crate::config::Settings;
use crate::store::Place;

/// Copies the installation the settings name into `folder`, which must not be there or be empty. Until all of it is on disk it has
/// another name, and so has one that is not finished. Neither writers nor readers wait for it.
///
/// # Errors
/// [`BackupError`]; then `folder` is as it was.
pub async fn take(
    settings: &Settings,
    (folder, without_keys): (&Path, bool),
    watch: &dyn Watch,
) -> Result<Manifest, BackupError> {
    refuse_used(folder)?;
    let place = Place::of(settings);
    let schema = schema(&place).await?;
    let keys = KeysKept::of(settings, without_keys)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    files::make_private(parent).map_err(BackupError::at(parent))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    // Made with mode 0700, and removed with this unless it is kept.
    let aside = tempfile::Builder::new().prefix(&format!(".{name}.unfinished-")).tempdir_in(parent);
    let aside = aside.map_err(BackupError::at(parent))?;
    let as_of = SystemClock.now();
    let database = DatabaseKind::of(&place);
    let counted = copy_database(&place, aside.path(), watch).await?;
    let mut list = List::begin(aside.path())?;
    list.note(database.file())?;
    list.note(logs::NAME)?;
    copy_attachments(&settings.data.attachments(), &mut list, watch)?;
    for (name, _) in keys::NAMES.iter().zip(keys.each()).filter(|(_, key)| key.included) {
        list.copy(&settings.data.keys().join(name), &format!("keys/{name}"))?;
    }
    let files_sha256 = list.finish()?;
    let (format, version) = Manifest::stamp();
    let Counted { tenants, events } = counted;
    let (files, bytes) = (list.files, list.bytes);
    let manifest = Manifest {
        format,
        version,
        as_of,
        database,
        schema,
        tenants,
        events,
        files,
        bytes,
        keys,
        files_sha256,
    };
    manifest.write(aside.path())?;
    give_name(aside, folder, parent).map_err(BackupError::at(folder))?;
    Ok(manifest)
}

fn refuse_used(folder: &Path) -> Result<(), BackupError> {
    match fs::read_dir(folder) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(why) => Err(BackupError::at(folder)(why)),
        Ok(mut inside) => match inside.next() {
            None => Ok(()),
            Some(_) => {
                let why =
                    format!("{} is not empty: a backup goes into a folder of its own", folder.display());
                Err(BackupError::Refused(why))
            }
        },
    }
}

/// The newest change of a schema that is the one we know how to read.
async fn schema(place: &Place) -> Result<String, BackupError> {
    if place.file.is_some() && !place.exists() {
        return Err(BackupError::Refused(format!("there is no store at {}", place.shown())));
    }
    let standing = place.standing().await?;
    if !standing.pending.is_empty() {
        return Err(BackupError::Refused(format!(
            "{} is of an older version: back it up with that version, or run `switchboard migrate` first",
            place.shown()
        )));
    }
    Ok(standing.applied.into_iter().chain(standing.newer).max().unwrap_or_default())
}

async fn copy_database(place: &Place, folder: &Path, watch: &dyn Watch) -> Result<Counted, BackupError> {
    let file = folder.join(DatabaseKind::of(place).file());
    file.parent().map_or(Ok(()), files::make_private).map_err(BackupError::at(&file))?;
    watch.begin("copying the database", None);
    if place.file.is_some() {
        sqlite::copy(place, &file).await?;
        let copy = sqlite::open_copy(&file).await?;
        let counted = logs::write(&copy, folder, watch).await;
        copy.close().await?;
        return counted;
    }
    // What is dumped and what is hashed is one snapshot, and nobody waits for it.
    let db = place.connect().await?;
    let config = (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
    let snapshot = db.begin_with_config(config.0, config.1).await?;
    let exported = Statement::from_string(DbBackend::Postgres, "SELECT pg_export_snapshot() AS name");
    let exported = snapshot.query_one_raw(exported).await?;
    let name: String = exported.map(|row| row.try_get("", "name")).transpose()?.unwrap_or_default();
    // It opens what is there, and leaves it to us who may read it.
    files::create(&file).map_err(BackupError::at(&file))?;
    postgres::dump(place, &name, &file).await?;
    let counted = logs::write(&snapshot, folder, watch).await;
    snapshot.rollback().await?;
    db.close().await?;
    counted
}

/// Their bytes never change. One that is removed meanwhile is removed by its row, too; one that comes meanwhile has none in the copy,
/// and nobody asks for it.
fn copy_attachments(folder: &Path, list: &mut List, watch: &dyn Watch) -> Result<(), BackupError> {
    watch.begin("copying files", None);
    for tenant in files::attachments(folder)? {
        let tenant = tenant?;
        let name = tenant.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in fs::read_dir(&tenant).map_err(BackupError::at(&tenant))? {
            let file = file.map_err(BackupError::at(&tenant))?;
            list.copy_if_there(
                &file.path(),
                &format!("attachments/{name}/{}", file.file_name().to_string_lossy()),
            )?;
            watch.step();
        }
    }
    Ok(())
}

fn give_name(aside: tempfile::TempDir, folder: &Path, parent: &Path) -> io::Result<()> {
    File::open(aside.path())?.sync_all()?;
    fs::rename(aside.path(), folder)?;
    // It has another name now: nothing is left to remove.
    drop(aside.keep());
    File::open(parent)?.sync_all()
}
