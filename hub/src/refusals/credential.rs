//! Of the credentials.

use actors::credential::CredentialError;

use crate::error::{ApiError, Code};

impl From<CredentialError> for ApiError {
    fn from(error: CredentialError) -> Self {
        match error {
            CredentialError::Missing => Code::NotFound.into(),
            CredentialError::Disabled => Self::new(Code::NotConnected, error.to_string()),
            CredentialError::Corrupt | CredentialError::Unopened | CredentialError::Internal => {
                Code::Internal.into()
            }
            CredentialError::Busy => Self::rate_limited(super::A_MOMENT),
            CredentialError::Unavailable => Code::Unavailable.into(),
        }
    }
}
