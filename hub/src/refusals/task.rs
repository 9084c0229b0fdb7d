//! Of the tasks.

use actors::task::TaskError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<TaskError> for ApiError {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::NotFound => Code::NotFound.into(),
            TaskError::Invalid { field, reason } => invalid_field(field, reason),
            TaskError::RevMismatch { rev } => Self::rev_mismatch(rev),
            TaskError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            TaskError::Busy => Self::rate_limited(super::A_MOMENT),
            TaskError::Unavailable => Code::Unavailable.into(),
            TaskError::Internal => Code::Internal.into(),
        }
    }
}
