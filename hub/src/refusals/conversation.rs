//! Of the conversations.

use actors::consent::Block;
use actors::conversation::ConversationError;
use entities::channel::ChannelType;

use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
};

impl From<ConversationError> for ApiError {
    fn from(error: ConversationError) -> Self {
        let message = error.to_string();
        match error {
            ConversationError::NotFound | ConversationError::MessageNotFound => Code::NotFound.into(),
            ConversationError::Invalid { field, reason } => invalid_field(field, reason),
            ConversationError::InvalidMember { list, index, reason } => {
                invalid_field(&format!("{list}[{index}]"), reason)
            }
            ConversationError::MissingVariable { name } => {
                invalid_field(&format!("template.variables.{name}"), "is missing")
            }
            ConversationError::NothingNew
            | ConversationError::NoRoom
            | ConversationError::NotScheduled
            | ConversationError::Resolved
            | ConversationError::ReceiptSettled => Self::new(Code::Conflict, message),
            ConversationError::NotOwner => Code::NotOwner.into(),
            ConversationError::NotTheAuthor => Self::new(Code::Forbidden, message),
            ConversationError::RevMismatch { rev } => Self::rev_mismatch(rev),
            ConversationError::AnotherOpen { id } => {
                Self::new(Code::Conflict, message).with("conversation_id", id.to_string())
            }
            ConversationError::Blocked(block) => blocked(block, message),
            ConversationError::NotConnected { channel } => not_connected(channel),
            ConversationError::IdempotencyMismatch => Code::IdempotencyMismatch.into(),
            ConversationError::Busy => Self::rate_limited(std::time::Duration::from_millis(250)),
            ConversationError::Unavailable => Code::Unavailable.into(),
            ConversationError::Internal => Code::Internal.into(),
        }
    }
}

/// What policy keeps back, and from when on it would not.
fn blocked(block: Block, message: String) -> ApiError {
    let code = match block {
        Block::OptedOut => Code::OptedOut,
        Block::NoConsent => Code::NoConsent,
        Block::Capped { .. } => Code::Capped,
        Block::QuietHours { .. } => Code::QuietHours,
    };
    let refusal = ApiError::new(code, message);
    match block.until() {
        Some(until) => refusal.with("until", until.to_string()),
        None => refusal,
    }
}

/// In the contract's own words; the guidance stands in `details.hint`.
fn not_connected(channel: ChannelType) -> ApiError {
    let name = match channel {
        ChannelType::Webchat => "Web chat",
        ChannelType::Twilio => "Twilio",
        ChannelType::Email => "Email",
        ChannelType::Messenger => "Messenger",
        ChannelType::Instagram => "Instagram",
        ChannelType::Whatsapp => "WhatsApp",
    };
    let hint = format!("please connect {name} in settings");
    ApiError::new(Code::NotConnected, format!("{name} not configured")).with("hint", hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_provider_is_told_with_what_to_do() {
        let refused = not_connected(ChannelType::Twilio);
        assert_eq!((refused.code, refused.message.as_str()), (Code::NotConnected, "Twilio not configured"));
        assert_eq!(refused.details["hint"], "please connect Twilio in settings");
    }
}
