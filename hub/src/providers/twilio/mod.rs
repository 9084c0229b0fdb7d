//! Twilio: a company's own account there, for texts and calls.

mod account;
mod client;
pub mod codes;
mod media;
mod signature;
pub mod text;
mod translate;
pub mod webhook;
mod wire;

pub use account::TwilioAccount;
pub use client::TwilioClient;
pub use media::TwilioMedia;
pub use text::{LONGEST_BODY, Resource, Text};
pub use translate::Twilio;

/// The word for it.
pub const NAME: &str = "twilio";

/// How a person calls it.
pub const TITLE: &str = "Twilio";
