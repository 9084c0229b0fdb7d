//! Templates: a room without an actor. A text that is sent again and again stands here with its gaps, and becomes a message
//! when a conversation is told to say it.

mod error;
mod handle;
mod messages;
mod shape;
mod state;
pub mod store;
mod text;

pub use error::TemplateError;
pub use handle::Templates;
pub use messages::{CreateTemplate, RemoveTemplate, UpdateTemplate};
pub use shape::Template;
pub use text::{Malformed, Missing, Text};
