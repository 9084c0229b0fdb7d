//! The domain of the hub: supervised actors over one totally ordered log per tenant.
//!
//! `README.md` beside this crate says what an actor promises. Nothing in here knows HTTP or a provider.

pub mod asked;
pub mod attachment;
pub mod audit;
pub mod board;
pub mod bus;
pub mod call;
pub mod channel;
pub mod clock;
pub mod consent;
pub mod contact;
pub mod conversation;
pub mod credential;
pub mod event;
pub mod founding;
pub mod inbound;
pub mod jobs;
pub mod journal;
pub mod key;
pub mod label;
mod lookup;
pub mod ports;
pub mod reading;
pub mod receipt;
pub mod recording;
pub mod routing;
pub mod search;
pub mod sending;
pub mod settings;
pub mod sign_in;
pub mod store;
pub mod supervision;
pub mod task;
pub mod template;
pub mod tenant;
#[cfg(feature = "testing")]
pub mod testing;
pub mod topic;
pub mod user;
pub mod view;
pub mod webchat;
