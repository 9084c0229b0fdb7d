//! The WebSocket door, through the real server, over SQLite and PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on stops where it stands"
)]

mod assignments;
mod bad_input;
mod client;
mod contract;
mod handshake;
mod history;
mod house;
mod lifetime;
mod limits;
mod mentions;
mod messages;
mod nodes;
mod peers;
mod presence;
mod raw;
mod reading;
mod recovering;
mod repeating;
mod slow_peers;
mod subscribing;
mod tenant;
mod trimmed;
mod two_nodes;
mod typing;
mod updating;
mod viewing;
mod visitors;
