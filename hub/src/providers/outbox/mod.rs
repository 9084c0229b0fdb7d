//! Texts on their way to contacts, through the tenant's own account. A commit that says something owes a job; here it is
//! carried out, and whatever becomes of it is written on the message.

mod carrier;
mod consent;
mod inquiry;
mod letter;
mod sending;
mod throttle;
mod verdict;

use crate::origin::is_loopback;

pub use carrier::TwilioCarrier;
pub use inquiry::AskForStatuses;
pub use sending::{SendTexts, Sending};
pub use verdict::{Verdict, verdict};

/// Can Twilio, which is asked at `twilio`, ask us at `origin`? Out there nobody reaches an address of this machine.
pub(super) fn is_reached(origin: &str, twilio: &str) -> bool {
    !is_loopback(origin) || is_loopback(twilio)
}

/// The names of the jobs in the database.
pub(super) const KIND: &str = "message.send";
pub(super) const INQUIRY: &str = "message.ask_status";
