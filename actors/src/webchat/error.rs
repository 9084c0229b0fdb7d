//! Why a visitor is not let in.

use crate::{contact::ContactError, conversation::ConversationError, store::StoreError};

/// A refusal: his contact's or his conversation's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebchatError {
    #[error(transparent)]
    Contact(#[from] ContactError),
    #[error(transparent)]
    Conversation(#[from] ConversationError),
}

impl From<StoreError> for WebchatError {
    fn from(error: StoreError) -> Self {
        Self::Contact(error.into())
    }
}
