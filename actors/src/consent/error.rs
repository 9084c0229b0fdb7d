//! Why the room of the consent refuses.

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    #[error("there is no such contact")]
    NotFound,
    #[error("{field} {reason}")]
    Invalid { field: &'static str, reason: &'static str },
    #[error("this key was used for another request")]
    IdempotencyMismatch,
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl From<CommitError> for ConsentError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for ConsentError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the consent cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}
