//! Calls: every live call is an actor that is told what providers and users do, in whatever order it comes, and never shows a
//! state the call is not in.
//!
//! [`Calls`] is the door. What is known of a call is a sum of what was heard of its legs (`leg.rs`); what it shows follows from
//! that alone (`standing.rs`); what it owes the outside are jobs ([`duty`]).

mod actor;
pub mod afterwards;
mod announcing;
mod caller;
mod confirming;
mod cost;
mod digits;
pub mod duty;
mod error;
mod follow_up;
mod handle;
mod leg;
mod messages;
mod models;
mod outcome;
mod placing;
mod recording;
pub mod ringing;
mod shape;
mod standing;
mod state;
pub mod store;
mod telling;
mod transfer;

pub use caller::{Barred, Said, Verification};
pub use cost::Cost;
pub use digits::Digits;
pub use error::CallRefusal;
pub use follow_up::FollowUpCall;
pub use handle::{Calls, CallsOptions};
pub use leg::{Leg, Side, Step};
pub use messages::{
    Answer, Begin, CallChange, CallReply, CallWhat, Disposition, Failed, News, Offering, Target, Transfer,
    TransferKind, Which,
};
pub use placing::{PlaceCall, Placing};
pub use recording::Recordings;
pub use shape::{Call, CallError, Control, LegShape, Party, Pending, ProviderRef};
pub use standing::{Offer, Standing};

#[cfg(test)]
mod tests;
