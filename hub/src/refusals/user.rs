//! Of the users.

use actors::{journal::CommitError, sign_in::SignInError, user::UserError};

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        let message = error.to_string();
        match error {
            UserError::NotFound => Code::NotFound.into(),
            UserError::Invalid { field, reason } => invalid_field(field, reason),
            UserError::EmailTaken | UserError::LastOwner => Self::new(Code::Conflict, message),
            UserError::BeyondYourRole => Self::new(Code::Forbidden, message),
            UserError::RevMismatch { rev } => Self::rev_mismatch(rev),
            UserError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            UserError::Unwritten(error) => unwritten(error),
            UserError::Store(error) => error.into(),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Revoked => Self::new(Code::Unauthenticated, error.to_string()),
            SignInError::Ended => Self::new(Code::TokenExpired, error.to_string()),
            SignInError::CodeExpired => Code::Expired.into(),
            SignInError::Unwritten(error) => unwritten(error),
            SignInError::Store(error) => error.into(),
        }
    }
}

/// What nobody could write.
fn unwritten(error: CommitError) -> ApiError {
    match error {
        CommitError::Conflict => ApiError::rate_limited(std::time::Duration::from_millis(250)),
        CommitError::Poison => Code::Internal.into(),
        CommitError::Unavailable => Code::Unavailable.into(),
    }
}
