//! Of the attachments.

use actors::attachment::{AttachmentError, FileError};

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<AttachmentError> for ApiError {
    fn from(error: AttachmentError) -> Self {
        let message = error.to_string();
        match error {
            AttachmentError::NotFound => Code::NotFound.into(),
            AttachmentError::TypeNotTaken => invalid_field("file", "is of a type that is not taken"),
            AttachmentError::NotReady { state } => {
                Self::new(Code::Conflict, message).with("state", state.as_str())
            }
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
