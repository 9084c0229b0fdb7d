//! The shape of what is found, as the contract describes it. What is answered is [`actors::search::Found`].

use utoipa::ToSchema;

use crate::rest::conversations::schema::Conversation;
use crate::rest::messages::schema::Message;

/// A message that was found, and where.
#[derive(ToSchema)]
pub struct Found {
    pub message: Message,
    pub conversation: Conversation,
    /// Of a long message the part with the first word found.
    #[schema(nullable = false)]
    pub snippet: Option<String>,
}

/// One page of what is found.
#[derive(ToSchema)]
pub struct FoundList {
    pub data: Vec<Found>,
    /// With it a page may be short, or even empty.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
    /// `words` when the messages have all the words; `similar` when words that are like them were taken for them.
    #[schema(rename = "match")]
    pub matched: String,
}
