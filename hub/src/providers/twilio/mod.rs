//! Twilio: a company's own account there, for texts and calls.

mod account;
mod backfilled;
mod client;
pub mod codes;
mod connected;
mod listing;
mod media;
pub mod registered;
mod signature;
pub mod text;
mod translate;
pub mod voice;
pub mod webhook;
mod wire;

pub use account::TwilioAccount;
pub use backfilled::{backfilled, backfilled_call};
pub use client::TwilioClient;
pub use connected::connected;
pub use listing::{MediaPlace, Received};
pub use media::TwilioMedia;
pub use registered::Registered;
pub use text::{FILE_TYPES, LONGEST_BODY, MOST_BYTES, Resource, Text};
pub use translate::Twilio;

/// The word for it.
pub const NAME: &str = "twilio";

/// How a person calls it.
pub const TITLE: &str = "Twilio";
