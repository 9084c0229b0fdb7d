//! Contacts: a room without an actor. Load, decide, commit, and again when somebody was faster.

mod error;
mod handle;
mod messages;
mod models;
mod shape;
mod state;
pub mod store;
mod typed;

pub use error::{ContactError, Wrong};
pub use handle::Contacts;
pub use messages::{CreateContact, Profile, RemoveContact, Taken, UpdateContact};
pub use shape::{Brief, Contact, Handle};
pub(crate) use state::{is_locale, is_time_zone};
pub use typed::{Reach, TypedHandle, to_address};
