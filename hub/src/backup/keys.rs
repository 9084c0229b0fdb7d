//! The two keys of an installation in a backup. Without them a database is worth little: what is sealed in it stays sealed.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::BackupError;
use crate::config::Settings;
use crate::keys::{self, Fingerprint};

/// The files, in the folder of the keys and in that of the same name of a backup.
pub(super) const NAMES: [&str; 2] = ["master", "signing"];

/// Both keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysKept {
    pub master: KeyKept,
    pub signing: KeyKept,
}

/// What a backup knows of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyKept {
    /// Tells it from others, and nothing of it.
    pub fingerprint: String,
    /// It is in the backup; else its owner keeps it elsewhere.
    pub included: bool,
}

impl KeysKept {
    /// The names of those that are not in the backup.
    #[must_use]
    pub fn left_out(&self) -> Vec<&'static str> {
        let all = NAMES.into_iter().zip(self.each());
        all.filter(|(_, key)| !key.included).map(|(name, _)| name).collect()
    }

    pub(super) fn each(&self) -> [&KeyKept; 2] {
        [&self.master, &self.signing]
    }

    /// The keys the settings name, and which of them are copied: those that lie in files, unless they are to be left out.
    pub(super) fn of(settings: &Settings, left_out: bool) -> Result<Self, BackupError> {
        let folder = settings.data.keys();
        let [master, signing] = keys::fingerprints(&settings.keys, &folder)?;
        let kept = |name: &str, found: Option<Fingerprint>| match found {
            Some(Fingerprint { text, is_file }) => {
                Ok(KeyKept { fingerprint: text, included: is_file && !left_out })
            }
            None => Err(BackupError::Refused(format!(
                "there is no key {}: without it nothing of this store can be read",
                folder.join(name).display()
            ))),
        };
        Ok(Self { master: kept("master", master)?, signing: kept("signing", signing)? })
    }

    /// Which of the keys have to be put into their folder. Those that are there must be the ones of the backup.
    pub(super) fn missing(&self, settings: &Settings) -> Result<Vec<&'static str>, BackupError> {
        let folder = settings.data.keys();
        let there = keys::fingerprints(&settings.keys, &folder)?;
        let mut missing = Vec::new();
        for ((name, kept), there) in NAMES.into_iter().zip(self.each()).zip(there) {
            match there {
                Some(there) if there.text == kept.fingerprint => {}
                Some(there) => return Err(another(name, there.is_file, &folder)),
                None if kept.included => missing.push(name),
                None => return Err(left_out(name, &folder)),
            }
        }
        Ok(missing)
    }
}

fn another(name: &str, is_file: bool, folder: &Path) -> BackupError {
    let place = match is_file {
        true => folder.join(name).display().to_string(),
        false => format!("SWITCHBOARD__KEYS__{}", name.to_uppercase()),
    };
    BackupError::Refused(format!("{place} is not the key of this backup: put that one there, or none"))
}

fn left_out(name: &str, folder: &Path) -> BackupError {
    BackupError::Refused(format!(
        "this backup holds no {name} key: put it into {} (mode 600), or set SWITCHBOARD__KEYS__{}",
        folder.join(name).display(),
        name.to_uppercase()
    ))
}
