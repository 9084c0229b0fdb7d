//! Why the spike brake refuses.

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendingError {
    #[error("nothing is held")]
    NotHeld,
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl From<CommitError> for SendingError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for SendingError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the spike brake cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}
