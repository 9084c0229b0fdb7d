//! The two secrets of an installation: from the environment, or from files made at first start that only we may read.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use entities::sealed::MasterKey;
use hkdf::Hkdf;
use rand::TryRngCore;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::config::{Keys, Secret};

/// Why there are no keys. Nothing here holds one.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("{} can be read by others (mode {mode:o}): run `chmod {wanted:o} {}`", path.display(), path.display())]
    TooOpen { path: PathBuf, mode: u32, wanted: u32 },
    #[error("{origin} is not a key: it must be 32 bytes as 64 hexadecimal digits")]
    NotAKey { origin: String },
    #[error("{}: {why}", path.display())]
    Io { path: PathBuf, why: io::Error },
    #[error("the machine has no randomness: {0}")]
    Randomness(rand::rand_core::OsError),
}

/// Both secrets.
pub struct Keyring {
    /// Wraps the data keys of the tenants.
    pub master: MasterKey,
    /// Everything that signs or recognises our own tokens is derived from it.
    pub signing: Key,
}

impl Keyring {
    /// Takes each key from the settings, else from its file in `folder`, else makes the file.
    pub fn open(settings: &Keys, folder: &Path) -> Result<Self, KeysError> {
        Ok(Self { master: master(settings, folder)?, signing: signing(settings, folder)? })
    }
}

/// The master key alone.
pub fn master(settings: &Keys, folder: &Path) -> Result<MasterKey, KeysError> {
    let (text, origin) = text(&settings.master, "SWITCHBOARD__KEYS__MASTER", &folder.join("master"))?;
    MasterKey::parse(&text).map_err(|_| KeysError::NotAKey { origin })
}

/// The signing key alone: for minting tokens the master key is not needed.
pub fn signing(settings: &Keys, folder: &Path) -> Result<Key, KeysError> {
    let (text, origin) = text(&settings.signing, "SWITCHBOARD__KEYS__SIGNING", &folder.join("signing"))?;
    Key::parse(&text).ok_or(KeysError::NotAKey { origin })
}

/// What tells a key from others, and nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Hexadecimal.
    pub text: String,
    /// It lies in its file; else it is in the settings.
    pub is_file: bool,
}

/// Those of the master and of the signing key, as far as there are any; none is made.
///
/// # Errors
/// When one that is there cannot be used.
pub fn fingerprints(settings: &Keys, folder: &Path) -> Result<[Option<Fingerprint>; 2], KeysError> {
    let of = |secret: &Secret, variable: &str, name: &str| {
        let path = folder.join(name);
        if !secret.is_set() && !path.exists() {
            return Ok(None);
        }
        let (text, origin) = text(secret, variable, &path)?;
        let key = Key::parse(&text).ok_or(KeysError::NotAKey { origin })?;
        let text = HEXLOWER.encode(&key.derive("fingerprint").as_bytes()[..16]);
        Ok(Some(Fingerprint { text, is_file: !secret.is_set() }))
    };
    Ok([
        of(&settings.master, "SWITCHBOARD__KEYS__MASTER", "master")?,
        of(&settings.signing, "SWITCHBOARD__KEYS__SIGNING", "signing")?,
    ])
}

/// What a key is read from, and how to name that to a person.
fn text(secret: &Secret, variable: &str, path: &Path) -> Result<(Zeroizing<String>, String), KeysError> {
    if secret.is_set() {
        return Ok((Zeroizing::new(secret.reveal().to_owned()), variable.to_owned()));
    }
    Ok((from_file(path)?, path.display().to_string()))
}

/// Thirty-two secret bytes; they leave the memory with the value.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A key from the operating system's randomness.
    pub fn generate() -> Result<Self, KeysError> {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::rngs::OsRng.try_fill_bytes(&mut *bytes).map_err(KeysError::Randomness)?;
        Ok(Self(bytes))
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key for one use. Different labels give keys that tell nothing of each other.
    pub fn derive(&self, label: &str) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        let derived = Hkdf::<Sha256>::new(None, self.as_bytes()).expand(label.as_bytes(), &mut *bytes);
        debug_assert!(derived.is_ok(), "HKDF-SHA256 gives up to 8,160 bytes");
        Self(bytes)
    }

    fn parse(text: &str) -> Option<Self> {
        let decoded = Zeroizing::new(HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?);
        Some(Self(Zeroizing::new(decoded.as_slice().try_into().ok()?)))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, KeysError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    if !path.exists() {
        make(folder, path)?;
    }
    check_modes(path)?;
    let mut text = Zeroizing::new(String::new());
    File::open(path).and_then(|mut file| file.read_to_string(&mut text)).map_err(io_at(path))?;
    Ok(text)
}

/// Refuses a key file, or its folder, that others can read.
pub fn check_modes(path: &Path) -> Result<(), KeysError> {
    refuse_wide(path.parent().unwrap_or(Path::new(".")), 0o700)?;
    refuse_wide(path, 0o600)
}

/// Another process may do the same at this moment: the key is written aside and linked into place, so a key file is
/// whole when it can be seen, and the first one stays.
fn make(folder: &Path, path: &Path) -> Result<(), KeysError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io_at(folder))?;
    let aside = folder.join(format!(".{}", Uuid::now_v7()));
    let key = Zeroizing::new(HEXLOWER.encode(Key::generate()?.as_bytes()));
    let written = write_synced(&aside, key.as_bytes()).and_then(|()| fs::hard_link(&aside, path));
    let removed = fs::remove_file(&aside);
    match written {
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {}
        written => written.and(removed).map_err(io_at(path))?,
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io_at(folder))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn refuse_wide(path: &Path, wanted: u32) -> Result<(), KeysError> {
    let mode = fs::metadata(path).map_err(io_at(path))?.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeysError::TooOpen { path: path.to_owned(), mode, wanted }) }
}

fn io_at(path: &Path) -> impl Fn(io::Error) -> KeysError {
    let path = path.to_owned();
    move |why| KeysError::Io { path: path.clone(), why }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::config::layered;

    fn settings(variables: &[(&str, &str)]) -> Keys {
        let variables: HashMap<_, _> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        layered(None, variables).unwrap().keys
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn the_first_start_makes_keys_nobody_else_can_read() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        let first = Keyring::open(&settings(&[]), &folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("master")), 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing is left aside");
        assert_ne!(first.master.reveal().as_str(), HEXLOWER.encode(first.signing.as_bytes()));
        let second = Keyring::open(&settings(&[]), &folder).unwrap();
        assert_eq!(first.master.reveal(), second.master.reveal());
    }

    #[test]
    fn keys_others_can_read_are_refused_with_what_to_do() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        Keyring::open(&settings(&[]), &folder).unwrap();
        fs::set_permissions(folder.join("signing"), fs::Permissions::from_mode(0o640)).unwrap();
        let error = signing(&settings(&[]), &folder).unwrap_err().to_string();
        assert!(error.contains("mode 640") && error.contains("chmod 600"), "{error}");
        fs::set_permissions(folder.join("signing"), fs::Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let error = signing(&settings(&[]), &folder).unwrap_err().to_string();
        assert!(error.contains("chmod 700"), "{error}");
    }

    #[test]
    fn keys_from_the_environment_leave_no_files() {
        let data = tempfile::tempdir().unwrap();
        let (master, signing) = ("0A".repeat(32), "ff".repeat(32));
        let keys =
            settings(&[("SWITCHBOARD__KEYS__MASTER", &master), ("SWITCHBOARD__KEYS__SIGNING", &signing)]);
        let keyring = Keyring::open(&keys, &data.path().join("keys")).unwrap();
        assert_eq!(keyring.master.reveal().as_str(), "0a".repeat(32));
        assert!(!data.path().join("keys").exists());
    }

    #[test]
    fn a_fingerprint_is_the_same_wherever_the_key_lies_and_none_is_made_for_it() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        assert_eq!(fingerprints(&settings(&[]), &folder).unwrap(), [None, None]);
        assert!(!folder.exists());
        let keyring = Keyring::open(&settings(&[]), &folder).unwrap();
        let [master, signing] = fingerprints(&settings(&[]), &folder).unwrap().map(Option::unwrap);
        let text = keyring.master.reveal();
        let elsewhere = settings(&[("SWITCHBOARD__KEYS__MASTER", text.as_str())]);
        let [again, _] = fingerprints(&elsewhere, data.path()).unwrap();
        assert_eq!(again, Some(Fingerprint { is_file: false, ..master.clone() }));
        assert_ne!(master.text, signing.text);
        assert!(!text.contains(&master.text), "it tells nothing of the key");
    }

    #[test]
    fn what_is_not_a_key_is_named_but_not_repeated() {
        let data = tempfile::tempdir().unwrap();
        let keys = settings(&[("SWITCHBOARD__KEYS__MASTER", "hunter2")]);
        let error = master(&keys, data.path()).unwrap_err().to_string();
        assert!(error.contains("SWITCHBOARD__KEYS__MASTER") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn processes_that_start_together_end_up_with_the_same_key() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let racers: Vec<_> =
                (0..8).map(|_| scope.spawn(|| from_file(&folder.join("master")).unwrap())).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 64));
    }

    #[test]
    fn keys_for_different_uses_differ() {
        let key = Key(Zeroizing::new([7; 32]));
        assert_eq!(key.derive("a").as_bytes(), key.derive("a").as_bytes());
        assert_ne!(key.derive("a").as_bytes(), key.derive("b").as_bytes());
    }
}
