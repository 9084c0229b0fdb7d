//! The files of a backup on their way to their places, and the way back when something fails.

use std::cell::Cell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{BackupError, Watch, files, postgres, sqlite};
use crate::config::Settings;
use crate::store::Place;

/// A backup that is brought where nothing was.
pub(super) struct Arrival<'a> {
    pub(super) settings: &'a Settings,
    pub(super) folder: &'a Path,
    pub(super) place: &'a Place,
    /// The keys that are not there yet.
    pub(super) keys: &'a [&'static str],
    /// So many of the files are in their places.
    pub(super) brought: Cell<usize>,
}

impl Arrival<'_> {
    /// Keeps everybody out, and other restores too. What fails here has begun nothing.
    pub(super) async fn mark(&self) -> Result<(), BackupError> {
        match &self.place.file {
            Some(file) => sqlite::mark(file),
            None => {
                let db = self.place.connect().await?;
                let marked = postgres::mark(&db).await;
                db.close().await?;
                marked
            }
        }
    }

    /// Where a file of the backup belongs; `None` for what is brought in another way.
    fn target(&self, path: &str) -> Option<PathBuf> {
        match path.split_once('/')? {
            ("attachments", rest) => Some(self.settings.data.attachments().join(rest)),
            ("keys", name) => self.keys.contains(&name).then(|| self.settings.data.keys().join(name)),
            _ => None,
        }
    }

    /// Copies files of messages and keys. They are on disk then.
    pub(super) fn bring_files(&self, watch: &dyn Watch) -> Result<(), BackupError> {
        watch.begin("bringing files", None);
        let mut folder = None;
        for listed in files::listed(self.folder)? {
            let listed = listed?;
            let Some(target) = self.target(&listed.path) else { continue };
            let (size, sha256) = files::copy(&self.folder.join(&listed.path), &target)?;
            self.brought.set(self.brought.get() + 1);
            if (size, sha256) != (listed.size, listed.sha256) {
                return Err(BackupError::Broken(format!("{} changed meanwhile", listed.path)));
            }
            // A name is on disk when its folder is.
            if folder.as_deref() != target.parent() {
                sync(folder.as_deref())?;
                folder = target.parent().map(Path::to_owned);
            }
            watch.step();
        }
        sync(folder.as_deref())?;
        let attachments = self.settings.data.attachments();
        sync(Some(attachments.as_path()).filter(|folder| folder.exists()))
    }

    /// Takes back what was brought, the database last: as long as it is there nobody uses what is left. Answers why, and what is left.
    pub(super) async fn undo(&self, why: BackupError) -> BackupError {
        let mut left = Vec::new();
        let all = files::listed(self.folder).into_iter().flatten().flatten();
        let targets = all.filter_map(|listed| self.target(&listed.path));
        for target in targets.take(self.brought.get()) {
            if fs::remove_file(&target).is_err() && target.exists() {
                left.push(target.display().to_string());
            }
            // Others may lie in it still; the last of them takes it away.
            let _ = target.parent().map(fs::remove_dir);
        }
        let _ = fs::remove_dir(self.settings.data.attachments());
        match &self.place.file {
            Some(file) => left.extend(sqlite::clear(file).iter().map(|path| path.display().to_string())),
            None => left.extend(self.clear_server().await.err()),
        }
        match left.is_empty() {
            true => why,
            false => {
                BackupError::Refused(format!("{why}; what was begun is still there: {}", left.join(", ")))
            }
        }
    }

    async fn clear_server(&self) -> Result<(), String> {
        let shown = |why: BackupError| format!("{} ({why})", self.place.shown());
        let db = self.place.connect().await.map_err(|why| shown(why.into()))?;
        let cleared = postgres::clear(&db).await;
        let closed = db.close().await;
        cleared.map_err(shown)?;
        closed.map_err(|why| shown(why.into()))
    }
}

fn sync(folder: Option<&Path>) -> Result<(), BackupError> {
    let Some(folder) = folder else { return Ok(()) };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::at(folder))
}
