//! Copying files with their hashes, and the list of them: one line of JSON for each, however many there are.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use data_encoding::HEXLOWER;
use entities::TenantId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BackupError;

const NAME: &str = "files.jsonl";
/// Read at once.
const PIECE: usize = 128 * 1_024;

/// Told of work that takes long.
pub trait Watch {
    /// Something else begins: so many steps of it, as far as anybody knows.
    fn begin(&self, what: &'static str, steps: Option<u64>);
    fn step(&self);
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    /// In the folder of the backup, with `/` between.
    pub(super) path: String,
    /// In bytes.
    pub(super) size: u64,
    /// Hexadecimal.
    pub(super) sha256: String,
}

/// The list, while it is written.
pub(super) struct List {
    folder: PathBuf,
    lines: BufWriter<File>,
    hash: Sha256,
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl List {
    pub(super) fn begin(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(NAME);
        let file = create(&path).map_err(BackupError::at(&path))?;
        let (folder, lines) = (folder.to_owned(), BufWriter::new(file));
        Ok(Self { folder, lines, hash: Sha256::new(), files: 0, bytes: 0 })
    }

    /// Notes a file that is in the folder already.
    pub(super) fn note(&mut self, path: &str) -> Result<(), BackupError> {
        let place = self.folder.join(path);
        let (size, sha256) = sum(&place).map_err(BackupError::at(&place))?;
        self.add(Listed { path: path.to_owned(), size, sha256 })
    }

    /// Copies a file to `path` in the folder.
    pub(super) fn copy(&mut self, from: &Path, path: &str) -> Result<(), BackupError> {
        let (size, sha256) = copy(from, &self.folder.join(path))?;
        self.add(Listed { path: path.to_owned(), size, sha256 })
    }

    /// The same; one that is gone is none of the backup's.
    pub(super) fn copy_if_there(&mut self, from: &Path, path: &str) -> Result<(), BackupError> {
        match self.copy(from, path) {
            Err(BackupError::Io { path, why }) if why.kind() == io::ErrorKind::NotFound && path == from => {
                Ok(())
            }
            copied => copied,
        }
    }

    fn add(&mut self, listed: Listed) -> Result<(), BackupError> {
        let line = serde_json::to_string(&listed).unwrap_or_default() + "\n";
        self.hash.update(&line);
        self.files += 1;
        self.bytes += listed.size;
        self.lines.write_all(line.as_bytes()).map_err(BackupError::at(&self.folder.join(NAME)))
    }

    /// The list is on disk; answers its SHA-256.
    pub(super) fn finish(&mut self) -> Result<String, BackupError> {
        let flushed = self.lines.flush().and_then(|()| self.lines.get_ref().sync_all());
        flushed.map_err(BackupError::at(&self.folder.join(NAME)))?;
        Ok(HEXLOWER.encode(&self.hash.clone().finalize()))
    }
}

/// The files of a backup, in the order of its list.
pub(super) fn listed(
    folder: &Path,
) -> Result<impl Iterator<Item = Result<Listed, BackupError>> + use<>, BackupError> {
    let path = folder.join(NAME);
    let file = File::open(&path).map_err(BackupError::at(&path))?;
    Ok(BufReader::new(file).lines().map(move |line| {
        let line = line.map_err(BackupError::at(&path))?;
        let listed: Listed = serde_json::from_str(&line)
            .map_err(|why| BackupError::Broken(format!("{}: {why}", path.display())))?;
        if Path::new(&listed.path).components().all(|part| matches!(part, Component::Normal(_))) {
            Ok(listed)
        } else {
            Err(BackupError::Broken(format!("{} names {}", path.display(), listed.path)))
        }
    }))
}

/// Is every file there as it was written? Answers how many there are and how large they are together.
pub(super) fn check(
    folder: &Path,
    (files_sha256, files): (&str, u64),
    watch: &dyn Watch,
) -> Result<(u64, u64), BackupError> {
    let list = folder.join(NAME);
    if sum(&list).map_err(BackupError::at(&list))?.1 != files_sha256 {
        return Err(BackupError::Broken(format!("{} is not as it was written", list.display())));
    }
    watch.begin("checking files", Some(files));
    let (mut count, mut bytes) = (0, 0);
    for listed in self::listed(folder)? {
        let listed = listed?;
        let place = folder.join(&listed.path);
        let there = sum(&place).map_err(|why| BackupError::Broken(format!("{}: {why}", place.display())))?;
        if there != (listed.size, listed.sha256) {
            return Err(BackupError::Broken(format!("{} is not as it was written", place.display())));
        }
        (count, bytes) = (count + 1, bytes + listed.size);
        watch.step();
    }
    Ok((count, bytes))
}

/// The folders of the tenants that have files of messages.
pub(super) fn attachments(
    folder: &Path,
) -> Result<impl Iterator<Item = Result<PathBuf, BackupError>> + use<>, BackupError> {
    let inside = match std::fs::read_dir(folder) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => None,
        inside => Some(inside.map_err(BackupError::at(folder))?),
    };
    let at = folder.to_owned();
    let folders = inside.into_iter().flatten().map(move |entry| {
        let entry = entry.map_err(BackupError::at(&at))?;
        // What is still being sent has another name.
        let named = TenantId::from_str(&entry.file_name().to_string_lossy()).is_ok();
        Ok(named.then(|| entry.path()))
    });
    Ok(folders.filter_map(Result::transpose))
}

/// Copies a file to where none is, which only we may read, and makes its folders; answers its size and its SHA-256. It is on disk then,
/// or not there at all.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(u64, String), BackupError> {
    let source = File::open(from).map_err(BackupError::at(from))?;
    let target = to.parent().map_or(Ok(()), make_private).and_then(|()| create(to));
    let copied = copy_into(source, target.map_err(BackupError::at(to))?);
    if copied.is_err() {
        // Half of it is of no use, and why there is no more says more than this could.
        let _ = std::fs::remove_file(to);
    }
    copied.map_err(BackupError::at(to))
}

/// Copies a file into one that was made for it.
pub(super) fn copy_into(source: File, mut target: File) -> io::Result<(u64, String)> {
    let summed = pour(source, &mut target)?;
    target.sync_all()?;
    Ok(summed)
}

pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

pub(super) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A new file that only we may read.
pub(super) fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn sum(path: &Path) -> io::Result<(u64, String)> {
    pour(File::open(path)?, &mut io::sink())
}

fn pour(mut from: File, to: &mut impl Write) -> io::Result<(u64, String)> {
    let (mut hash, mut size, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        let read = from.read(&mut piece)?;
        if read == 0 {
            return Ok((size, HEXLOWER.encode(&hash.finalize())));
        }
        hash.update(&piece[..read]);
        to.write_all(&piece[..read])?;
        size += read as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Nobody;

    impl Watch for Nobody {
        fn begin(&self, _: &'static str, _: Option<u64>) {}
        fn step(&self) {}
    }

    /// A folder with two files, its list, and the sum of that.
    fn backup() -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        fs::write(&source, "hello").unwrap();
        let mut list = List::begin(folder.path()).unwrap();
        list.copy(&source, "attachments/a/b").unwrap();
        list.copy_if_there(&folder.path().join("gone"), "attachments/a/c").unwrap();
        fs::write(folder.path().join("logs.jsonl"), "").unwrap();
        list.note("logs.jsonl").unwrap();
        let sum = list.finish().unwrap();
        assert_eq!((list.files, list.bytes), (2, 5));
        (folder, sum)
    }

    #[test]
    fn what_was_copied_is_found_whole_and_what_was_gone_is_not_missed() {
        let (folder, sum) = backup();
        assert_eq!(check(folder.path(), (&sum, 2), &Nobody).unwrap(), (2, 5));
        let first = listed(folder.path()).unwrap().next().unwrap().unwrap();
        assert_eq!(first.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    }

    #[test]
    fn a_changed_file_is_named() {
        let (folder, sum) = backup();
        fs::write(folder.path().join("attachments/a/b"), "hellO").unwrap();
        let error = check(folder.path(), (&sum, 2), &Nobody).unwrap_err().to_string();
        assert!(error.contains("attachments/a/b"), "{error}");
        fs::remove_file(folder.path().join("attachments/a/b")).unwrap();
        assert!(check(folder.path(), (&sum, 2), &Nobody).is_err(), "a missing one too");
    }

    #[test]
    fn a_changed_list_is_noticed() {
        let (folder, sum) = backup();
        let list = folder.path().join(NAME);
        let shorter = fs::read_to_string(&list).unwrap().lines().next().unwrap().to_owned() + "\n";
        fs::write(&list, shorter).unwrap();
        assert!(matches!(check(folder.path(), (&sum, 2), &Nobody), Err(BackupError::Broken(_))));
    }

    #[test]
    fn a_list_that_names_what_lies_outside_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["../secret", "/etc/passwd"] {
            let line = serde_json::json!({ "path": path, "size": 0, "sha256": "" });
            fs::write(folder.path().join(NAME), format!("{line}\n")).unwrap();
            assert!(listed(folder.path()).unwrap().next().unwrap().is_err(), "{path}");
        }
    }
}
