//! The client library against a hub that does whatever a test tells it, mostly the wrong thing.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

mod connection;
mod fake_hub;
mod rest;
mod session;
mod wrong_answers;
