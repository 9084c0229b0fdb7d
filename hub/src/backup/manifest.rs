//! `backup.json`: what a backup holds. It is written last, so a folder without it is none.

use std::path::Path;

use entities::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BackupError, KeysKept};
use crate::store::Place;

const NAME: &str = "backup.json";
/// Raised by whatever an older version could not bring back, a hash that is made in another way above all.
const FORMAT: u32 = 1;

/// What is in the folder beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The version of the hub that wrote it.
    pub version: String,
    /// What happened later is not in it.
    pub as_of: Timestamp,
    pub database: DatabaseKind,
    /// The newest change of the schema.
    pub schema: String,
    pub tenants: u64,
    pub events: u64,
    /// Of all kinds: the database, files of messages, keys, and the list of logs.
    pub files: u64,
    pub bytes: u64,
    pub keys: KeysKept,
    /// SHA-256 of the list of files, which has that of each; hexadecimal.
    pub files_sha256: String,
}

/// Which database the copy is of. It is brought back into one of the same kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

impl DatabaseKind {
    /// The kind of the database the settings name.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        if place.file.is_some() { Self::Sqlite } else { Self::Postgres }
    }

    /// The copy, in the folder of the backup.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "database/switchboard.db",
            Self::Postgres => "database/switchboard.dump",
        }
    }
}

impl Manifest {
    /// The format this version writes, and its version.
    pub(super) fn stamp() -> (u32, String) {
        (FORMAT, env!("CARGO_PKG_VERSION").to_owned())
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(NAME);
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        super::files::write_private(&path, text.as_bytes()).map_err(BackupError::at(&path))
    }

    /// Reads what the folder says of itself.
    ///
    /// # Errors
    /// [`BackupError::Broken`] when it is no backup, [`BackupError::Refused`] when a later version wrote it in another way.
    pub fn read(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(NAME);
        let text = std::fs::read_to_string(&path)
            .map_err(|why| BackupError::Broken(format!("{}: {why}", path.display())))?;
        let unread = |why: serde_json::Error| BackupError::Broken(format!("{}: {why}", path.display()));
        let said: serde_json::Value = serde_json::from_str(&text).map_err(unread)?;
        match said["format"].as_u64() {
            Some(format) if format > u64::from(FORMAT) => Err(BackupError::Refused(format!(
                "this backup has format {format}, and this version reads {FORMAT}: restore it with version {} or later",
                said["version"].as_str().unwrap_or("of the hub that wrote it")
            ))),
            _ => serde_json::from_value(said).map_err(unread),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::KeyKept;

    fn manifest() -> Manifest {
        let (format, version) = Manifest::stamp();
        let key = || KeyKept { fingerprint: "ab".to_owned(), included: true };
        Manifest {
            format,
            version,
            as_of: Timestamp::from_micros(1_700_000_000_123_000),
            database: DatabaseKind::Sqlite,
            schema: "m0001_tenants".to_owned(),
            tenants: 1,
            events: 2,
            files: 3,
            bytes: 4,
            keys: KeysKept { master: key(), signing: key() },
            files_sha256: "cd".to_owned(),
        }
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        manifest().write(folder.path()).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), manifest());
    }

    #[test]
    fn a_folder_without_a_manifest_is_no_backup() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Manifest::read(folder.path()), Err(BackupError::Broken(_))));
        std::fs::write(folder.path().join(NAME), "{\"format\": 1").unwrap();
        assert!(matches!(Manifest::read(folder.path()), Err(BackupError::Broken(_))), "half of one");
    }

    #[test]
    fn a_later_format_is_refused_with_the_version_that_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(r#"{{"format": {}, "version": "9.9.9", "other": true}}"#, FORMAT + 1);
        std::fs::write(folder.path().join(NAME), text).unwrap();
        let refused = Manifest::read(folder.path()).unwrap_err();
        assert!(matches!(&refused, BackupError::Refused(why) if why.contains("9.9.9")), "{refused}");
    }
}
