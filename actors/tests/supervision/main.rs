//! Actors that end, come back, and owe nobody an answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod answers;
mod rebuilding;
mod rooms;
mod worker;
