//! Why the room of the labels refuses.

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    #[error("there is no such label")]
    NotFound,
    #[error("{field} {reason}")]
    Invalid { field: String, reason: String },
    #[error("another label has this name")]
    NameTaken,
    #[error("the label changed meanwhile")]
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

impl LabelError {
    pub(super) fn invalid(field: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), reason: reason.into() }
    }
}

impl From<CommitError> for LabelError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for LabelError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the labels cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}
