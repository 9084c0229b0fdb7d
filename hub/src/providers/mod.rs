//! The outside parties a tenant talks through: one room for each, in and out together.

pub mod backfill;
pub mod calling;
pub mod failure;
pub mod inbox;
pub mod outbox;
pub mod registration;
pub mod twilio;

pub use failure::{Failure, Refused, used};

/// Every provider by its word.
pub const NAMES: &[&str] = &[twilio::NAME];

/// The provider a path names.
pub fn named(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|known| **known == name).copied()
}
