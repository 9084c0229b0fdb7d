//! The simulated provider, asked over real sockets, and heard where a hub would hear it.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

mod announcements;
mod caller;
mod calls;
mod command_line;
mod conferences;
mod dialling;
mod faults;
mod fields;
mod handsets;
mod hook;
mod inbound;
mod ledger;
mod listing;
mod outbound;
mod recordings;
mod refusals;
mod screening;
mod voice_fields;
mod webhooks;
