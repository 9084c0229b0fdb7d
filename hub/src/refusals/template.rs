//! Of the templates.

use actors::template::TemplateError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<TemplateError> for ApiError {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::NotFound => Code::NotFound.into(),
            TemplateError::Invalid { field, reason } => invalid_field(field, reason),
            TemplateError::RevMismatch { rev } => Self::rev_mismatch(rev),
            TemplateError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            TemplateError::Busy => Self::rate_limited(super::A_MOMENT),
            TemplateError::Unavailable => Code::Unavailable.into(),
            TemplateError::Internal => Code::Internal.into(),
        }
    }
}
