//! Why the room of the recordings refuses.

use entities::sealed::SealError;

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    #[error("there is no such recording")]
    NotFound,
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl From<CommitError> for RecordingError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for RecordingError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the recordings cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}

impl From<SealError> for RecordingError {
    fn from(error: SealError) -> Self {
        StoreError::from(error).into()
    }
}
