//! Of the jobs.

use actors::jobs::JobError;

use crate::error::{ApiError, Code};

impl From<JobError> for ApiError {
    fn from(error: JobError) -> Self {
        let message = error.to_string();
        match error {
            JobError::NotFound => Code::NotFound.into(),
            JobError::NotGivenUp { status } => {
                Self::new(Code::Conflict, message).with("status", status.as_str())
            }
            JobError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            JobError::Busy => Self::rate_limited(super::A_MOMENT),
            JobError::Unavailable => Code::Unavailable.into(),
            JobError::Internal => Code::Internal.into(),
        }
    }
}
