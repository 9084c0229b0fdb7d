//! Files in a folder that only we may read: `<tenant>/<attachment>`, and `arriving/` for those that are not whole yet.
//!
//! The bytes are as they were sent; whoever wants them sealed at rest encrypts the volume.

use std::{
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use actors::attachment::{FileError, Files};
use async_trait::async_trait;
use entities::{AttachmentId, TenantId};
use tempfile::{NamedTempFile, TempPath};
use tokio::io::AsyncWriteExt;

/// Files on the disk of this machine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DiskFiles {
    folder: PathBuf,
}

/// A file that is being sent; it vanishes with this unless it was kept.
#[derive(Debug)]
pub struct Arriving {
    file: tokio::fs::File,
    path: TempPath,
}

impl DiskFiles {
    /// In this folder, which is made when it is missing.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn at(folder: PathBuf) -> io::Result<Self> {
        make_private(&folder.join(ARRIVING))?;
        clear_out(&folder.join(ARRIVING))?;
        Ok(Self { folder })
    }

    /// Begins to take a file.
    ///
    /// # Errors
    /// When there is no room.
    pub async fn arrive(&self) -> Result<Arriving, FileError> {
        let files = self.clone();
        let (file, path) = blocking(move || Ok(files.aside()?.into_parts())).await?;
        Ok(Arriving { file: file.into(), path })
    }

    /// An empty file, for a thread that may wait.
    ///
    /// # Errors
    /// When there is no room.
    pub(super) fn aside(&self) -> io::Result<NamedTempFile> {
        // Made with mode 0600.
        NamedTempFile::new_in(self.folder.join(ARRIVING))
    }

    fn place(&self, tenant: TenantId, id: AttachmentId) -> (PathBuf, String) {
        (self.folder.join(tenant.to_string()), id.to_string())
    }
}

impl Arriving {
    /// Takes the next piece.
    ///
    /// # Errors
    /// When there is no room.
    pub async fn take(&mut self, piece: &[u8]) -> Result<(), FileError> {
        Ok(self.file.write_all(piece).await?)
    }

    /// All of it is here.
    ///
    /// # Errors
    /// When there was no room for the last of it.
    pub async fn whole(mut self) -> Result<TempPath, FileError> {
        self.file.flush().await?;
        Ok(self.path)
    }
}

#[async_trait]
impl Files for DiskFiles {
    async fn put(&self, tenant: TenantId, id: AttachmentId, arrived: &Path) -> Result<(), FileError> {
        let ((folder, name), arrived) = (self.place(tenant, id), arrived.to_owned());
        let root = self.folder.clone();
        blocking(move || {
            File::open(&arrived)?.sync_all()?;
            make_private(&folder)?;
            std::fs::rename(&arrived, folder.join(name))?;
            // The names are on disk when their folders are.
            File::open(&folder)?.sync_all()?;
            File::open(&root)?.sync_all()
        })
        .await
    }

    async fn remove(&self, tenant: TenantId, id: AttachmentId) -> Result<(), FileError> {
        let (folder, name) = self.place(tenant, id);
        blocking(move || match std::fs::remove_file(folder.join(name)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
            _ => Ok(()),
        })
        .await
    }

    async fn open(&self, tenant: TenantId, id: AttachmentId) -> Result<Option<File>, FileError> {
        let (folder, name) = self.place(tenant, id);
        blocking(move || match File::open(folder.join(name)) {
            Ok(file) => Ok(Some(file)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(why) => Err(why),
        })
        .await
    }
}

/// No file takes so long to arrive.
const LEFT_BEHIND: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// The folder of files that are not whole yet.
const ARRIVING: &str = "arriving";

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// What somebody began to send a day ago was cut off by the end of the process.
fn clear_out(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > LEFT_BEHIND {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.unwrap_or_else(|panicked| Err(io::Error::other(panicked)))?)
}

#[cfg(test)]
mod tests {
    use std::{io::Read, os::unix::fs::PermissionsExt};

    use uuid::Uuid;

    use super::*;

    fn ids() -> (TenantId, AttachmentId) {
        (TenantId::from_uuid(Uuid::now_v7()), AttachmentId::from_uuid(Uuid::now_v7()))
    }

    async fn arrived(files: &DiskFiles) -> TempPath {
        let mut arriving = files.arrive().await.unwrap();
        arriving.take(b"hel").await.unwrap();
        arriving.take(b"lo").await.unwrap();
        arriving.whole().await.unwrap()
    }

    fn waiting(files: &DiskFiles) -> usize {
        std::fs::read_dir(files.folder.join(ARRIVING)).unwrap().count()
    }

    #[tokio::test]
    async fn what_is_kept_is_opened_again_and_ours_alone() {
        let data = tempfile::tempdir().unwrap();
        let files = DiskFiles::at(data.path().join("attachments")).unwrap();
        let (tenant, id) = ids();
        let path = arrived(&files).await;
        files.put(tenant, id, &path).await.unwrap();
        drop(path);
        let mut text = String::new();
        files.open(tenant, id).await.unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), waiting(&files)), ("hello", 0));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let folder = files.folder.join(tenant.to_string());
        assert_eq!((mode(&files.folder), mode(&folder)), (0o700, 0o700));
        assert_eq!(mode(&folder.join(id.to_string())), 0o600);
        assert!(files.open(ids().0, id).await.unwrap().is_none(), "of another tenant there is none");
    }

    #[tokio::test]
    async fn what_is_not_kept_leaves_nothing_behind() {
        let data = tempfile::tempdir().unwrap();
        let files = DiskFiles::at(data.path().join("attachments")).unwrap();
        let arriving = files.arrive().await.unwrap();
        assert_eq!(waiting(&files), 1);
        drop(arriving);
        let (tenant, id) = ids();
        std::fs::write(files.folder.join(tenant.to_string()), "in the way").unwrap();
        let path = arrived(&files).await;
        assert!(files.put(tenant, id, &path).await.is_err());
        drop(path);
        assert_eq!(waiting(&files), 0);
    }
}
