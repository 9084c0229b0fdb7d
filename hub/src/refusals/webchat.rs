//! Of the web chats: those of the rooms behind them.

use actors::webchat::WebchatError;

use crate::error::ApiError;

impl From<WebchatError> for ApiError {
    fn from(error: WebchatError) -> Self {
        match error {
            WebchatError::Contact(error) => error.into(),
            WebchatError::Conversation(error) => error.into(),
        }
    }
}
