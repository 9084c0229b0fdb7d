//! API keys: a room without an actor. A key is looked up whenever it is used, so a revoked one opens nothing.

mod error;
mod handle;
mod messages;
mod shape;
mod state;
pub mod store;

pub use error::KeyError;
pub use handle::Keys;
pub use messages::CreateKey;
pub use shape::Key;
