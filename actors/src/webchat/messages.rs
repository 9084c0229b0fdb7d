//! What the room of the web chats is told.

use entities::{ContactId, ConversationId};

use crate::conversation::ContactRef;

/// Somebody opens the widget.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// The contact of a token he still has, which was made for this channel.
    pub returning: Option<ContactId>,
    /// His e-mail address is proven: the site he is signed in to vouches for it.
    pub proven: bool,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// ISO 3166 alpha-2, for a national phone.
    pub country: Option<String>,
    pub locale: Option<String>,
    /// The page the widget stands on; at most 2,000 characters.
    pub page_url: Option<String>,
}

/// What a visitor says of himself later.
#[derive(Clone, Debug, Default)]
pub struct Myself {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub country: Option<String>,
    pub locale: Option<String>,
}

/// A visitor who is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    pub contact: ContactRef,
    pub conversation_id: ConversationId,
    /// The conversation was there before.
    pub resumed: bool,
}
