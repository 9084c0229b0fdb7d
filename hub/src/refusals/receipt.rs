//! Of the receipts.

use actors::receipt::ReceiptError;

use crate::error::{ApiError, Code};

impl From<ReceiptError> for ApiError {
    fn from(error: ReceiptError) -> Self {
        let message = error.to_string();
        match error {
            ReceiptError::NotFound => Code::NotFound.into(),
            ReceiptError::Applied { status } => {
                Self::new(Code::Conflict, message).with("status", status.as_str())
            }
            ReceiptError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            ReceiptError::Busy => Self::rate_limited(super::A_MOMENT),
            ReceiptError::Unavailable => Code::Unavailable.into(),
            ReceiptError::Internal => Code::Internal.into(),
        }
    }
}
