//! Service levels: how long a contact may wait for an answer, and we for the contact.
//!
//! A conversation has one clock at most. Every commit that changes the conversation says what becomes of its clock
//! (`state`), and owes the job that looks at it ([`SlaTimer`]) when none would look in time.

mod levels;
mod limits;
mod state;
mod timer;

pub use limits::{LimitError, Limits};
pub use timer::SlaTimer;

pub(super) use levels::Levels;
pub(super) use state::{Before, decide_check, follow};
pub(super) use timer::timer;
