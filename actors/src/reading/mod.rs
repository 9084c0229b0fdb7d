//! How far each user has read: marks, and what is unread behind them. A room without an actor.
//!
//! Nothing is ever counted. A conversation numbers the messages of its contact as they come, each message keeps its
//! number, and a mark keeps the number of the message it stands on: what is unread is the difference.

mod error;
mod handle;
mod shape;
mod state;
pub mod store;

pub use error::ReadingError;
pub use handle::{Marked, Readings};
pub use shape::{Horizon, Seen};
