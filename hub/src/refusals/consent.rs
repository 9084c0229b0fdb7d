//! Of the consent.

use actors::consent::ConsentError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<ConsentError> for ApiError {
    fn from(error: ConsentError) -> Self {
        match error {
            ConsentError::NotFound => Code::NotFound.into(),
            ConsentError::Invalid { field, reason } => invalid_field(field, reason),
            ConsentError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            ConsentError::Busy => Self::rate_limited(super::A_MOMENT),
            ConsentError::Unavailable => Code::Unavailable.into(),
            ConsentError::Internal => Code::Internal.into(),
        }
    }
}
