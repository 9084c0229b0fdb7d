//! What somebody sent, in the words of the house.

use entities::Address;

use crate::consent::Keyword;

/// A message from outside. Nothing of it is refused for its sender or its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMessage {
    pub from: Address,
    /// What the provider says the sender is called.
    pub name: Option<String>,
    /// May be empty.
    pub body: String,
    pub media: Vec<Media>,
    /// What the provider took it for, when it has acted on it: then it has answered, too.
    pub acted_on: Option<Keyword>,
    /// It was found when the provider was asked what it has, and may be older than what is known: it is not answered, and allows
    /// nothing that was forbidden since.
    pub found_late: bool,
    /// What the provider calls the message.
    pub provider_id: String,
}

/// A file that came with a message and lies with the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    pub url: String,
    /// As the provider says; nobody has looked yet.
    pub content_type: String,
}
