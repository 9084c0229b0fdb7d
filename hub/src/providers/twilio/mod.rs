//! Twilio: a company's own account there, for texts and calls.

mod account;
mod client;
mod signature;
mod translate;
pub mod webhook;
mod wire;

pub use account::TwilioAccount;
pub use client::TwilioClient;
pub use translate::Twilio;

/// The word for it.
pub const NAME: &str = "twilio";

/// How a person calls it.
pub const TITLE: &str = "Twilio";
