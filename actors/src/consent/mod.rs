//! Consent: what a text says about being written to, what was said before, and whether and when somebody may be written to.
//! It belongs to the address, whoever has that now.

mod blank;
mod compliance;
mod error;
mod gate;
mod handle;
mod keywords;
mod messages;
mod quiet;
mod recipient;
mod recording;
mod shape;
mod state;
pub mod store;

pub(crate) use blank::Occasion;
pub use blank::Utterance;
pub use compliance::{Cap, Compliance, ComplianceError};
pub use error::ConsentError;
pub use gate::{Block, Question, Sending, Verdict, judge};
pub use handle::Consents;
pub use keywords::Keyword;
pub use messages::RecordConsent;
pub use quiet::{Hours, HoursError};
pub use recipient::{Recipient, recipient};
pub use shape::Consent;
pub(crate) use state::{enter, word};
