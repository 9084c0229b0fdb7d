//! Boards: a room without an actor. They narrow which users see a conversation.

mod error;
mod handle;
mod messages;
mod shape;
mod state;
pub mod store;

pub use error::BoardError;
pub use handle::Boards;
pub use messages::{CreateBoard, RemoveBoard, UpdateBoard};
pub use shape::Board;
