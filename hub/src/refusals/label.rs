//! Of the labels.

use actors::label::LabelError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<LabelError> for ApiError {
    fn from(error: LabelError) -> Self {
        let message = error.to_string();
        match error {
            LabelError::NotFound => Code::NotFound.into(),
            LabelError::Invalid { field, reason } => invalid_field(&field, reason),
            LabelError::NameTaken => Self::new(Code::Conflict, message).with("field", "name"),
            LabelError::RevMismatch { rev } => Self::rev_mismatch(rev),
            LabelError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            LabelError::Busy => Self::rate_limited(super::A_MOMENT),
            LabelError::Unavailable => Code::Unavailable.into(),
            LabelError::Internal => Code::Internal.into(),
        }
    }
}
