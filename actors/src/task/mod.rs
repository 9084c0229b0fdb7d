//! Tasks: a room without an actor. What somebody is to do, alone or about a conversation or a contact, and by when: with a
//! time it is a follow-up.

mod due;
mod error;
mod handle;
mod messages;
mod shape;
mod state;
pub mod store;

pub use due::DueTimer;
pub use error::TaskError;
pub use handle::Tasks;
pub use messages::{CreateTask, RemoveTask, UpdateTask};
pub use shape::{Doer, Task};
