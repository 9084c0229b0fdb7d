//! Of the read marks.

use actors::reading::ReadingError;

use crate::error::{ApiError, Code};

impl From<ReadingError> for ApiError {
    fn from(error: ReadingError) -> Self {
        match error {
            ReadingError::NotFound | ReadingError::MessageNotFound => Code::NotFound.into(),
            ReadingError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            ReadingError::Busy => Self::rate_limited(super::A_MOMENT),
            ReadingError::Unavailable => Code::Unavailable.into(),
            ReadingError::Internal => Code::Internal.into(),
        }
    }
}
