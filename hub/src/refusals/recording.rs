//! Of the recordings.

use actors::recording::RecordingError;

use crate::error::{ApiError, Code};

impl From<RecordingError> for ApiError {
    fn from(error: RecordingError) -> Self {
        match error {
            RecordingError::NotFound => Code::NotFound.into(),
            RecordingError::Busy => Self::rate_limited(super::A_MOMENT),
            RecordingError::Unavailable => Code::Unavailable.into(),
            RecordingError::Internal => Code::Internal.into(),
        }
    }
}
