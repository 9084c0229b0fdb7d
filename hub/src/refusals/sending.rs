//! Of the spike brake.

use actors::sending::SendingError;

use crate::error::{ApiError, Code};

impl From<SendingError> for ApiError {
    fn from(error: SendingError) -> Self {
        let message = error.to_string();
        match error {
            SendingError::NotHeld => Self::new(Code::Conflict, message),
            SendingError::Busy => Self::rate_limited(super::A_MOMENT),
            SendingError::Unavailable => Code::Unavailable.into(),
            SendingError::Internal => Code::Internal.into(),
        }
    }
}
