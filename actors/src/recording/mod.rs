//! Recordings: what was recorded of a call, or left by its caller. A room without an actor: each is a sum of what was heard of
//! it, told once for what it became.
//!
//! Its bytes are a file of the house ([`crate::attachment`]); what was said is sealed, after it went through [`Redaction`].

mod error;
mod fetch;
mod handle;
mod models;
mod policy;
mod redaction;
mod shape;
mod standing;
mod state;
pub mod store;
mod telling;

pub use error::RecordingError;
pub use fetch::FetchRecording;
pub use handle::{FORGET, Forget, Recordings};
pub use policy::{Policy, PolicyError};
pub use redaction::Redaction;
pub use shape::{Recording, TranscriptBrief, TranscriptNews};
pub use standing::{Standing, Transcript};
pub use state::{RecordingNews, RecordingTold};

#[cfg(test)]
mod tests;
