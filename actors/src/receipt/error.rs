//! Why the room of the receipts refuses.

use entities::webhook_receipt::ReceiptStatus;

use crate::{
    call::CallRefusal, conversation::ConversationError, inbound::NotReceived, journal::CommitError,
    store::StoreError,
};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    #[error("there is no such receipt")]
    NotFound,
    /// What it says has happened: a second time would be once too often.
    #[error("the receipt was applied")]
    Applied { status: ReceiptStatus },
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

impl From<CommitError> for ReceiptError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::Poison => Self::Internal,
            CommitError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for ReceiptError {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "the room of the receipts cannot read");
        match error {
            StoreError::Sealed(_) => Self::Internal,
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => Self::Unavailable,
        }
    }
}

/// Why a receipt has no effect yet. The texts are for people: no personal data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotApplied {
    /// Somebody else settled it meanwhile.
    #[error("somebody else was faster")]
    Settled,
    /// Trying again would not help before somebody mends something.
    #[error("{0}")]
    Never(String),
    #[error("{0}")]
    NotYet(String),
}

impl From<StoreError> for NotApplied {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "what a receipt needs cannot be read");
        Self::NotYet("the database does not answer".to_owned())
    }
}

impl From<CommitError> for NotApplied {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Settled,
            error => Self::NotYet(error.to_string()),
        }
    }
}

impl From<NotReceived> for NotApplied {
    fn from(error: NotReceived) -> Self {
        match error {
            NotReceived::Conversation(ConversationError::ReceiptSettled) => Self::Settled,
            NotReceived::Call(CallRefusal::ReceiptSettled) => Self::Settled,
            NotReceived::Store(error) => error.into(),
            error => Self::NotYet(error.to_string()),
        }
    }
}
