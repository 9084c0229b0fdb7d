//! Why the room of the settings refuses.

use crate::{journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("there is no such tenant")]
    NotFound,
    #[error("{field} {reason}")]
    Invalid { field: String, reason: String },
    #[error("the settings changed meanwhile")]
    RevMismatch { rev: i64 },
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl SettingsError {
    pub(super) fn invalid(field: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), reason: reason.into() }
    }
}

impl From<CommitError> for SettingsError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for SettingsError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the settings cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}
