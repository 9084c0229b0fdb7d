//! Texts on their way to contacts, through the tenant's own account. A commit that says something owes a job; here it is
//! carried out, and whatever becomes of it is written on the message.

mod carrier;
mod consent;
mod letter;
mod sending;
mod throttle;
mod verdict;

pub use carrier::TwilioCarrier;
pub use sending::{SendTexts, Sending};
pub use verdict::{Verdict, verdict};

/// The name of the job in the database.
pub(super) const KIND: &str = "message.send";
