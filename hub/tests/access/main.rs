//! Users and signing in, through the real server, over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod bodies;
mod client;
mod cookie;
mod headers;
mod house;
mod idempotency;
mod issuer;
mod limits;
mod networks;
mod outside;
mod outside_sessions;
mod people;
mod record;
mod refresh;
mod sessions;
mod sign_in;
mod tokens;
mod users;
