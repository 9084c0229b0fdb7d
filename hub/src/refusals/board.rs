//! Of the boards.

use actors::board::BoardError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<BoardError> for ApiError {
    fn from(error: BoardError) -> Self {
        let message = error.to_string();
        match error {
            BoardError::NotFound => Code::NotFound.into(),
            BoardError::Invalid { field, reason } => invalid_field(&field, reason),
            BoardError::NameTaken => Self::new(Code::Conflict, message).with("field", "name"),
            BoardError::InUse { by } => Self::new(Code::Conflict, message).with("used_by", by),
            BoardError::RevMismatch { rev } => Self::rev_mismatch(rev),
            BoardError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            BoardError::Busy => Self::rate_limited(super::A_MOMENT),
            BoardError::Unavailable => Code::Unavailable.into(),
            BoardError::Internal => Code::Internal.into(),
        }
    }
}
