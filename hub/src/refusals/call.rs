//! Of the calls.

use actors::call::CallRefusal;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<CallRefusal> for ApiError {
    fn from(refusal: CallRefusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            CallRefusal::NotFound | CallRefusal::LegNotFound => Code::NotFound.into(),
            CallRefusal::Invalid { field, reason } => invalid_field(field, reason),
            CallRefusal::AlreadyAnswered => Code::AlreadyAnswered.into(),
            CallRefusal::Over => Code::CallOver.into(),
            CallRefusal::NotAnswered
            | CallRefusal::NothingNew
            | CallRefusal::Transferring
            | CallRefusal::NotTransferring
            | CallRefusal::DigitsUnderWay
            | CallRefusal::OnTheLine
            | CallRefusal::Contact(_)
            | CallRefusal::ReceiptSettled => Self::new(Code::Conflict, message),
            CallRefusal::Conversation(error) => error.into(),
            CallRefusal::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            CallRefusal::Busy => Self::rate_limited(super::A_MOMENT),
            CallRefusal::Unavailable => Code::Unavailable.into(),
            CallRefusal::Internal => Code::Internal.into(),
        }
    }
}
