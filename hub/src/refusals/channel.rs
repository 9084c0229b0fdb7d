//! Of the channels.

use actors::channel::ChannelError;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<ChannelError> for ApiError {
    fn from(error: ChannelError) -> Self {
        let message = error.to_string();
        match error {
            ChannelError::NotFound => Code::NotFound.into(),
            ChannelError::Invalid { field, reason } => invalid_field(&field, reason),
            ChannelError::AddressTaken => Self::new(Code::Conflict, message).with("field", "address"),
            ChannelError::RevMismatch { rev } => Self::rev_mismatch(rev),
            ChannelError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            ChannelError::Busy => Self::rate_limited(super::A_MOMENT),
            ChannelError::Unavailable => Code::Unavailable.into(),
            ChannelError::Internal => Code::Internal.into(),
        }
    }
}
