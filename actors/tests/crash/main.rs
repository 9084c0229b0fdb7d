//! `kill -9` at any moment: what was acknowledged is there, once, and what waited for its time is sent, once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod child;
mod talking;
mod waiting;
