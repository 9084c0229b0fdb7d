//! Contacts: a room without an actor. Load, decide, commit, and again when somebody was faster.

mod shape;

pub use shape::{Contact, Handle};
