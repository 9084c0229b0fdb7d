//! Of the API keys.

use actors::key::KeyError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<KeyError> for ApiError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NotFound => Code::NotFound.into(),
            KeyError::Invalid { field, reason } => invalid_field(field, reason),
            KeyError::Busy => Self::rate_limited(super::A_MOMENT),
            KeyError::Unavailable => Code::Unavailable.into(),
            KeyError::Internal => Code::Internal.into(),
        }
    }
}
