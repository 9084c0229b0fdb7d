//! Which channels can carry a message out of the house.

use entities::channel::ChannelType;

use crate::error::{ApiError, Code};

/// Web chat needs nobody. The others need a provider, and none of them has one in this version.
///
/// # Errors
/// NOT_CONNECTED, in the words of decision 28.
pub fn connected(kind: ChannelType) -> Result<(), ApiError> {
    let name = match kind {
        ChannelType::Webchat => return Ok(()),
        ChannelType::Twilio => "Twilio",
        ChannelType::Email => "Email",
        ChannelType::Messenger => "Messenger",
        ChannelType::Instagram => "Instagram",
        ChannelType::Whatsapp => "WhatsApp",
    };
    let hint = format!("please connect {name} in settings");
    Err(ApiError::new(Code::NotConnected, format!("{name} not configured")).with("hint", hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_chat_needs_no_provider() {
        let refused = connected(ChannelType::Twilio).unwrap_err();
        assert_eq!((refused.code, refused.message.as_str()), (Code::NotConnected, "Twilio not configured"));
        assert_eq!(refused.details["hint"], "please connect Twilio in settings");
        assert!(connected(ChannelType::Webchat).is_ok());
    }
}
