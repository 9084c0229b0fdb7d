//! The REST door, through the real server, over SQLite and PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on stops where it stands"
)]

mod asking;
mod attachments;
mod audit;
mod backfill;
mod boards;
mod call_controls;
mod calls;
mod calls_in_timeline;
mod calls_on_two_nodes;
mod calls_refused;
mod carrier;
mod channels;
#[path = "../ws/client.rs"]
#[expect(dead_code, reason = "the tests of the other door use more of it")]
mod client;
mod consents;
mod contacts;
#[path = "../ws/contract.rs"]
mod contract;
mod conversations;
mod cors;
mod credentials;
mod events;
mod fake_twilio;
mod files_of_messages;
#[path = "../ws/house.rs"]
mod house;
mod inbound;
mod jobs;
mod keys;
mod labels;
mod ledger;
mod lines;
mod links;
mod media;
mod messages;
mod mornings;
mod numbers;
mod one_call;
mod openapi;
mod outbound_messages;
mod pictures;
mod policy;
mod presence;
mod reads;
mod receipts;
mod registration;
mod restored;
mod scanning;
mod scheduled;
mod screening;
mod search;
mod sending;
mod service_levels;
mod settings;
mod tasks;
mod templates;
#[path = "../ws/tenant.rs"]
#[expect(dead_code, reason = "the tests of the other door use more of it")]
mod tenant;
mod text_status;
mod texting;
mod texts;
mod timeline;
#[path = "../ws/two_nodes.rs"]
mod two_nodes;
mod unheard_recordings;
mod voicemail;
mod walk;
mod webchat;
