//! Of the contacts.

use actors::contact::ContactError;

use crate::{
    error::{ApiError, Code},
    invalid::Fields,
};

impl From<ContactError> for ApiError {
    fn from(error: ContactError) -> Self {
        let message = error.to_string();
        match error {
            ContactError::NotFound => Code::NotFound.into(),
            ContactError::Invalid(wrong) => {
                let mut fields = Fields::default();
                for wrong in wrong {
                    fields.check(false, &wrong.field, wrong.reason);
                }
                fields.finish().err().unwrap_or_else(|| Code::Invalid.into())
            }
            ContactError::AddressTaken { field, contact_id } => Self::new(Code::Conflict, message)
                .with("contact_id", contact_id.to_string())
                .with("field", field),
            ContactError::MergedInto { contact_id } => {
                Self::new(Code::Conflict, message).with("contact_id", contact_id.to_string())
            }
            ContactError::NotMerged => Self::new(Code::Conflict, message),
            ContactError::RevMismatch { rev } => Self::rev_mismatch(rev),
            ContactError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            ContactError::Busy => Self::rate_limited(super::A_MOMENT),
            ContactError::Unavailable => Code::Unavailable.into(),
            ContactError::Internal => Code::Internal.into(),
        }
    }
}
