//! Where the database is, and bringing its schema up to date before anything opens it.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use entities::{TenantId, TenantScope, Timestamp, attachment, credential, tenant_key};
use migrations::{Applied, MigrateError, Standing};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};

use crate::config::Settings;

/// The file in `data.dir` when `database.url` is empty.
const FILE_NAME: &str = "switchboard.db";
/// The table of a PostgreSQL store that is being restored, and the ending of an SQLite file.
pub(crate) const RESTORING: &str = "restoring";

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database does not answer: {0}")]
    Unreachable(DbErr),
    #[error("the schema could not be brought up to date: {0}")]
    Schema(#[from] MigrateError),
    #[error("{} cannot be made: {why}", file.display())]
    File { file: PathBuf, why: io::Error },
    #[error("a restore broke off here, and what it left is no store: {advice}, then run it again")]
    Unfinished { advice: String },
}

/// The database the settings name.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// For `actors::store::StoreOptions`. It may hold a password.
    pub url: String,
    /// The file of an SQLite store.
    pub file: Option<PathBuf>,
}

impl Place {
    /// From `database.url`, or the file in `data.dir` when that is empty.
    pub fn of(settings: &Settings) -> Self {
        let url = settings.database.url.reveal();
        if url.is_empty() {
            return Self::at(settings.data.dir.join(FILE_NAME));
        }
        match url.strip_prefix("sqlite:") {
            Some(rest) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                Self::at(path.split('?').next().unwrap_or(path).into())
            }
            None => Self { url: url.to_owned(), file: None },
        }
    }

    /// Has an SQLite file been made already? Of a server nothing is known without asking it.
    pub fn exists(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.exists())
    }

    /// An SQLite store in this file.
    pub(crate) fn at(file: PathBuf) -> Self {
        let escaped = file.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        // `rwc`: the file is made when it is missing.
        Self { url: format!("sqlite://{escaped}?mode=rwc"), file: Some(file) }
    }

    /// What an SQLite file is called while it is restored.
    pub(crate) fn unfinished(file: &Path) -> PathBuf {
        let mut name = file.as_os_str().to_owned();
        name.push(".");
        name.push(RESTORING);
        name.into()
    }

    /// Refuses a store whose restore broke off: it looks whole, and would do again what was done since the backup.
    ///
    /// # Errors
    /// [`StoreError::Unfinished`] with what to remove.
    pub async fn refuse_unfinished(&self) -> Result<(), StoreError> {
        if let Some(file) = &self.file {
            let aside = Self::unfinished(file);
            let advice =
                format!("remove {}, and the folders attachments and keys if it made them", aside.display());
            return if aside.exists() { Err(StoreError::Unfinished { advice }) } else { Ok(()) };
        }
        let db = self.connect().await?;
        let refused = refuse_marked(&db).await;
        db.close().await.map_err(StoreError::Unreachable)?;
        refused
    }

    /// The place as a log or a person may see it: without user and password.
    pub fn shown(&self) -> String {
        if let Some(file) = &self.file {
            return file.display().to_string();
        }
        match self.url.split_once("://") {
            Some((scheme, rest)) => {
                format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
            }
            None => self.url.clone(),
        }
    }

    /// Brings the schema to what this binary needs; of many processes that start together one does.
    pub async fn migrate(&self) -> Result<Applied, StoreError> {
        self.refuse_unfinished().await?;
        if let Some(file) = &self.file {
            make_private(file).map_err(|why| StoreError::File { file: file.clone(), why })?;
        }
        let db = self.connect().await?;
        let applied = migrations::migrate(&db, self.file.as_deref()).await;
        // The connection belongs to this runtime: it must be gone before others open theirs.
        db.close().await.map_err(StoreError::Unreachable)?;
        Ok(applied?)
    }

    /// Compares the schema with this binary and changes nothing; the database must exist.
    pub async fn standing(&self) -> Result<Standing, StoreError> {
        self.refuse_unfinished().await?;
        let db = self.connect().await?;
        let standing = migrations::standing(&db).await;
        db.close().await.map_err(StoreError::Unreachable)?;
        Ok(standing?)
    }

    /// Files of all tenants that have waited for their scan since before `before`, the oldest first, at most `most`.
    pub async fn scanning(&self, before: Timestamp, most: u64) -> Result<Vec<attachment::Model>, StoreError> {
        let db = self.connect().await?;
        let found = attachment::Entity::scanning_across_tenants(before, most).all(&db).await;
        db.close().await.map_err(StoreError::Unreachable)?;
        found.map_err(StoreError::Unreachable)
    }

    /// The credentials of all tenants, at most `most`.
    pub async fn credentials(&self, most: u64) -> Result<Vec<credential::Model>, StoreError> {
        let db = self.connect().await?;
        let found = credential::Entity::kept_across_tenants(None, most).all(&db).await;
        db.close().await.map_err(StoreError::Unreachable)?;
        found.map_err(StoreError::Unreachable)
    }

    /// The wrapped data keys of a tenant.
    pub async fn tenant_keys(&self, tenant: TenantId) -> Result<Vec<tenant_key::Model>, StoreError> {
        let db = self.connect().await?;
        let found = tenant_key::Entity::of(tenant).all(&db).await;
        db.close().await.map_err(StoreError::Unreachable)?;
        found.map_err(StoreError::Unreachable)
    }

    /// One connection without time limits: a migration takes as long as it takes.
    pub(crate) async fn connect(&self) -> Result<DatabaseConnection, StoreError> {
        let mut options = ConnectOptions::new(&self.url);
        options.max_connections(1).connect_timeout(Duration::from_secs(5)).sqlx_logging(false);
        options.map_sqlx_sqlite_opts(|options| {
            let options = options.pragma("journal_mode", "WAL").pragma("synchronous", "FULL");
            options.foreign_keys(true).busy_timeout(Duration::from_secs(5))
        });
        Database::connect(options).await.map_err(StoreError::Unreachable)
    }
}

async fn refuse_marked(db: &DatabaseConnection) -> Result<(), StoreError> {
    let asked = format!("SELECT to_regclass('{RESTORING}') IS NOT NULL AS is_there");
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, asked)).await;
    let is_there = row.and_then(|row| row.map(|row| row.try_get("", "is_there")).transpose());
    match is_there.map_err(StoreError::Unreachable)? {
        Some(true) => {
            let advice = "drop this database and make it anew, and remove the folders attachments and keys if it made them";
            Err(StoreError::Unfinished { advice: advice.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Makes an empty file that only we may read, in a folder of the same kind, unless they are there. SQLite gives the files
/// it puts beside its own the mode of that one.
fn make_private(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(why) if why.kind() != io::ErrorKind::AlreadyExists => Err(why),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::config::layered;

    fn place(name: &str, value: &str) -> Place {
        Place::of(&layered(None, HashMap::from([(name.to_owned(), value.to_owned())])).unwrap())
    }

    #[test]
    fn without_a_url_the_store_is_a_file_in_the_data_folder() {
        let place = place("SWITCHBOARD__DATA__DIR", "/var/lib/50%?");
        assert_eq!(place.url, "sqlite:///var/lib/50%25%3f/switchboard.db?mode=rwc");
        assert_eq!(place.shown(), "/var/lib/50%?/switchboard.db");
    }

    #[test]
    fn a_sqlite_url_names_its_file() {
        let url = "SWITCHBOARD__DATABASE__URL";
        assert_eq!(place(url, "sqlite:///srv/hub.db?mode=rw").file, Some("/srv/hub.db".into()));
        assert_eq!(place(url, "sqlite:hub.db").url, "sqlite://hub.db?mode=rwc");
    }

    #[test]
    fn the_password_of_a_server_is_not_shown() {
        let place = place("SWITCHBOARD__DATABASE__URL", "postgres://hub:p@ss@db:5432/hub");
        assert_eq!(place.shown(), "postgres://db:5432/hub");
        assert_eq!(place.file, None);
    }

    #[tokio::test]
    async fn a_new_store_is_ours_alone_and_migrated_once() {
        let data = tempfile::tempdir().unwrap();
        let place = place("SWITCHBOARD__DATA__DIR", data.path().join("new").to_str().unwrap());
        assert!(!place.migrate().await.unwrap().migrations.is_empty());
        assert!(place.migrate().await.unwrap().migrations.is_empty());
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data.path().join("new")), 0o700);
        assert_eq!(mode(&data.path().join("new/switchboard.db")), 0o600);
        let standing = place.standing().await.unwrap();
        assert!(standing.pending.is_empty() && standing.newer.is_empty());
    }
}
