//! The WebSocket door, through the real server, over SQLite and PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on stops where it stands"
)]

mod client;
mod handshake;
mod house;
mod raw;
mod recovering;
mod subscribing;
mod tenant;
