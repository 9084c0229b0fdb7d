//! Web chat: how a stranger becomes a contact with a conversation, and comes back to it.

mod error;
mod handle;
mod messages;
mod state;

pub use error::WebchatError;
pub use handle::Webchats;
pub use messages::{Arrival, Entered, Myself};
