//! Labels: a room without an actor. What stands on a conversation is a word; here stands what the word looks like, and
//! where it is renamed or taken away, the conversations follow.

mod error;
mod follow;
mod handle;
mod messages;
mod shape;
mod state;
pub mod store;

pub use error::LabelError;
pub use follow::FollowLabel;
pub use handle::Labels;
pub use messages::{CreateLabel, RemoveLabel, UpdateLabel};
pub use shape::Label;
