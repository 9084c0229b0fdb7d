//! The protocol as two enums: what a client may ask ([`Request`]) and what the hub sends ([`ServerFrame`]).
//!
//! A text becomes a [`Call`], which needs nothing but its envelope to be answered, and only then a [`Request`]. The
//! golden frames in `hub/tests/fixtures/frames/` hold both sides to their shapes.

mod answer;
mod call;
mod event;
#[cfg(test)]
mod golden;
pub mod params;
mod request;
mod request_id;
mod server;
mod signal;
mod welcome;

pub use answer::{Authenticated, Done, History, Pong, Subscribed};
pub use call::{Call, Rejected};
pub use event::{Actor, EventFrame};
pub use request::Request;
pub use request_id::RequestId;
pub use server::ServerFrame;
pub(super) use server::json;
pub use signal::{SignalFrame, SignalType};
pub use welcome::{Identity, Welcome};
