//! What the lists cost, told by the databases themselves: no finder reads or sorts everything.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod breached;
mod calls;
mod consents;
mod history;
mod keys;
mod lists;
mod lookups;
mod pages;
mod plan;
mod providers;
mod queue;
mod receipts;
mod record;
mod recordings;
mod scanning;
mod scheduled;
mod search;
mod sent;
mod tasks;
mod templates;
mod users;
