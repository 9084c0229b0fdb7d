//! Of the conversations.

use actors::conversation::ConversationError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<ConversationError> for ApiError {
    fn from(error: ConversationError) -> Self {
        let message = error.to_string();
        match error {
            ConversationError::NotFound | ConversationError::MessageNotFound => Code::NotFound.into(),
            ConversationError::Invalid { field, reason } => invalid_field(field, reason),
            ConversationError::NotTheAuthor => Self::new(Code::Forbidden, message),
            ConversationError::RevMismatch { rev } => Self::rev_mismatch(rev),
            ConversationError::AnotherOpen { id } => {
                Self::new(Code::Conflict, message).with("conversation_id", id.to_string())
            }
            ConversationError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            ConversationError::Busy => Self::rate_limited(std::time::Duration::from_millis(250)),
            ConversationError::Unavailable => Code::Unavailable.into(),
            ConversationError::Internal => Code::Internal.into(),
        }
    }
}
