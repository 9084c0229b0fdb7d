//! Why a call refuses.

use crate::{conversation::ConversationError, store::StoreError, supervision::AskError};

/// A refusal a caller can act on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallRefusal {
    #[error("there is no such call")]
    NotFound,
    #[error("there is no such leg in this call")]
    LegNotFound,
    #[error("{field} {reason}")]
    Invalid { field: &'static str, reason: &'static str },
    /// Somebody else has it.
    #[error("somebody else has answered it")]
    AlreadyAnswered,
    #[error("the call is over")]
    Over,
    /// It would have to be answered first.
    #[error("nobody is on the line yet")]
    NotAnswered,
    /// It is so already, or it was heard before.
    #[error("there is nothing to change")]
    NothingNew,
    #[error("the call is on its way to somebody else")]
    Transferring,
    #[error("the call is not on its way to anybody")]
    NotTransferring,
    /// One after the other.
    #[error("other digits are on their way")]
    DigitsUnderWay,
    /// One call at a time.
    #[error("you are on another call")]
    OnTheLine,
    #[error("the contact cannot be called: {0}")]
    Contact(String),
    #[error(transparent)]
    Conversation(#[from] ConversationError),
    /// What it was told of has been dealt with by somebody else.
    #[error("the receipt was settled by somebody else")]
    ReceiptSettled,
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

impl From<AskError> for CallRefusal {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Busy => Self::Busy,
            AskError::Unavailable => Self::Unavailable,
        }
    }
}

impl From<StoreError> for CallRefusal {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a call cannot be read");
        Self::Unavailable
    }
}
