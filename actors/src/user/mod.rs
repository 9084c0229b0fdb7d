//! Users: a room without an actor. What a user may do is decided by the database as of now.

mod error;
mod handle;
mod shape;
mod state;

pub use error::UserError;
pub use handle::{Changed, Invited, Users};
pub use shape::User;
pub use state::{CreateUser, Power, UpdateUser};
