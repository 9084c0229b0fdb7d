//! A database that does not answer.

use actors::store::StoreError;

use crate::error::{ApiError, Code};

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Database(_) | StoreError::Busy | StoreError::Stopping => {
                tracing::warn!(%error, "a read failed");
                Code::Unavailable.into()
            }
            StoreError::Sealed(_) => Self::internal(error),
        }
    }
}
