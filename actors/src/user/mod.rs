//! Users: a room without an actor. What a user may do is decided by the database as of now.

mod error;
mod handle;
mod outside;
mod shape;
mod state;

pub use error::UserError;
pub use handle::{Changed, Invited, Users};
pub use outside::Outsider;
pub use shape::User;
pub use state::{CreateUser, Power, UpdateUser};
