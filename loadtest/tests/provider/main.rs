//! The simulated provider, asked over real sockets, and heard where a hub would hear it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

mod caller;
mod command_line;
mod faults;
mod fields;
mod hook;
mod inbound;
mod ledger;
mod listing;
mod outbound;
mod refusals;
mod webhooks;
