//! Contacts: a room without an actor. Load, decide, commit, and again when somebody was faster.

mod error;
pub mod find;
mod follow;
mod handle;
mod merging;
mod messages;
mod models;
mod number;
mod shape;
mod state;
pub mod store;
mod typed;

pub use error::{ContactError, Wrong};
pub(crate) use follow::{FOLLOW, Follower};
pub use handle::Contacts;
pub use messages::{CreateContact, Profile, RemoveContact, Taken, UpdateContact};
pub use number::{Number, addresses, number};
pub use shape::{Brief, Contact, Handle};
pub(crate) use state::{is_locale, is_time_zone};
pub use typed::{Reach, TypedHandle, to_address};
