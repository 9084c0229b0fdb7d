//! Consent: what a text says about being written to, and when somebody may be. Pure decisions; nothing is stored here.

mod keywords;
mod quiet;

pub use keywords::Keyword;
pub use quiet::{Hours, HoursError};
