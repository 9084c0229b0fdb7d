//! Why the room of the credentials refuses.

use crate::{audit::AuditError, journal::CommitError, store::StoreError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    #[error("there are no credentials of this provider")]
    Missing,
    #[error("the provider takes these credentials no more")]
    Disabled,
    /// Something else stands there than was kept. They have to be given again.
    #[error("these credentials cannot be read")]
    Corrupt,
    /// Sealed under another key, or moved. The keys of the hub are not those it was kept with.
    #[error("these credentials do not open")]
    Unopened,
    #[error("too much happens here at once")]
    Busy,
    #[error("the hub cannot do this right now")]
    Unavailable,
    /// A defect of ours, logged where it was noticed.
    #[error("this could not be done")]
    Internal,
}

impl From<CommitError> for CredentialError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for CredentialError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the credentials cannot read");
        match error {
            StoreError::Sealed(_) => Self::Unopened,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}

impl From<AuditError> for CredentialError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Unwritten(error) => error.into(),
            AuditError::Store(error) => error.into(),
        }
    }
}
