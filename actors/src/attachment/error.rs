//! Why the room of the attachments refuses.

use entities::message::AttachmentState;

use crate::{journal::CommitError, store::StoreError};

use super::FileError;

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    #[error("there is no such attachment")]
    NotFound,
    /// What the bytes are is not among the types that are taken.
    #[error("file is of a type that is not taken")]
    TypeNotTaken,
    /// It was not found clean, or not yet.
    #[error("the file cannot be fetched: it is {state}")]
    NotReady { state: AttachmentState },
    /// The uploader has not used what he uploaded before.
    #[error("use the files that were uploaded before, or wait until they are gone")]
    TooManyUnused,
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl From<CommitError> for AttachmentError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for AttachmentError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the attachments cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}

impl From<FileError> for AttachmentError {
    fn from(error: FileError) -> Self {
        tracing::error!(%error, "a file cannot be kept or read");
        Self::Unavailable
    }
}
