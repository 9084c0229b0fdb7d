//! Why the room of the contacts refuses.

use entities::ContactId;

use crate::{journal::CommitError, store::StoreError};

/// One member of a command that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// As a client writes it: `phones[1]`.
    pub field: String,
    pub reason: String,
}

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    #[error("there is no such contact")]
    NotFound,
    #[error("some members are not as they must be")]
    Invalid(Vec<Wrong>),
    /// One address belongs to one contact.
    #[error("{field} belongs to another contact")]
    AddressTaken { field: &'static str, contact_id: ContactId },
    #[error("the contact changed meanwhile")]
    RevMismatch { rev: i64 },
    /// What was asked can only be asked of a contact that stands for itself.
    #[error("the contact was merged into another")]
    MergedInto { contact_id: ContactId },
    #[error("the contact was not merged into another")]
    NotMerged,
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

impl From<CommitError> for ContactError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for ContactError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the contacts cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}
