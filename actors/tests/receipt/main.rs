//! What providers send is kept before anybody is told so, and has its effect once, whatever races.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod applying;
mod desk;
mod keeping;
mod recordings;
mod senders;
