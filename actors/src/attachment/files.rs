//! The port to wherever the bytes lie.

use std::{fs::File, path::Path};

use async_trait::async_trait;
use entities::{AttachmentId, TenantId};

/// The bytes cannot be kept or read: a full disk, say. Logged where it is noticed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct FileError(#[from] pub std::io::Error);

/// Where the bytes of attachments lie.
#[async_trait]
pub trait Files: Send + Sync + 'static {
    /// Keeps the file at `arrived` under this id. When it returns, the bytes survive a crash of the machine; when it fails,
    /// nothing is left behind.
    async fn put(&self, tenant: TenantId, id: AttachmentId, arrived: &Path) -> Result<(), FileError>;

    /// Removes what was kept; it is no error when nothing was.
    async fn remove(&self, tenant: TenantId, id: AttachmentId) -> Result<(), FileError>;

    /// Opens what was kept; `None` when nothing was.
    async fn open(&self, tenant: TenantId, id: AttachmentId) -> Result<Option<File>, FileError>;
}
