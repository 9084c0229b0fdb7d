//! Of the attachments.

use actors::attachment::{AttachmentError, FileError};

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

/// Unused files go after a day.
const A_WHILE: std::time::Duration = std::time::Duration::from_secs(3_600);

impl From<AttachmentError> for ApiError {
    fn from(error: AttachmentError) -> Self {
        let message = error.to_string();
        match error {
            AttachmentError::NotFound => Code::NotFound.into(),
            AttachmentError::TypeNotTaken => invalid_field("file", "is of a type that is not taken"),
            AttachmentError::NotReady { state } => {
                Self::new(Code::Conflict, message).with("state", state.as_str())
            }
            AttachmentError::TooManyUnused => Self { message, ..Self::rate_limited(A_WHILE) },
            AttachmentError::Busy => Self::rate_limited(super::A_MOMENT),
            AttachmentError::Unavailable => Code::Unavailable.into(),
            AttachmentError::Internal => Code::Internal.into(),
        }
    }
}

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        AttachmentError::from(error).into()
    }
}
