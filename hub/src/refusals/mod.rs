//! What each room's refusals are in public: one file per room, every variant named, no wildcard.

mod attachment;
mod audit;
mod board;
mod call;
mod channel;
mod consent;
mod contact;
mod conversation;
mod credential;
mod job;
mod key;
mod label;
mod reading;
mod receipt;
mod recording;
mod search;
mod sending;
mod settings;
mod store;
mod task;
mod template;
mod user;
mod webchat;

/// After so long whoever met a busy room may try again.
const A_MOMENT: std::time::Duration = std::time::Duration::from_millis(250);
