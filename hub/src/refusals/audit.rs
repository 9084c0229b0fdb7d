//! Of the record.

use actors::audit::AuditError;
use actors::journal::CommitError;

use crate::error::{ApiError, Code};

impl From<AuditError> for ApiError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Unwritten(CommitError::Conflict) => Self::rate_limited(super::A_MOMENT),
            AuditError::Unwritten(CommitError::Poison) => Code::Internal.into(),
            AuditError::Unwritten(CommitError::Unavailable) => Code::Unavailable.into(),
            AuditError::Store(error) => error.into(),
        }
    }
}
