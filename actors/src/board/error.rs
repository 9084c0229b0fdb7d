//! Why the room of the boards refuses.

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoardError {
    #[error("there is no such board")]
    NotFound,
    #[error("{field} {reason}")]
    Invalid { field: String, reason: String },
    #[error("another board has this name")]
    NameTaken,
    /// Taking it away would silently show to everybody what stands on it.
    #[error("the board is used by {}", by.join(", "))]
    InUse { by: Vec<&'static str> },
    #[error("the board changed meanwhile")]
    RevMismatch { rev: i64 },
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

impl BoardError {
    pub(super) fn invalid(field: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), reason: reason.into() }
    }
}

impl From<CommitError> for BoardError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for BoardError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the boards cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}
