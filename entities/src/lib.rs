//! The tables of the hub as types. Every finder starts from a tenant, or says `across_tenants` in its name.

#[macro_use]
mod words;

pub mod address;
pub mod digest;
pub mod ids;
pub mod json;
pub mod network;
pub mod origin;
pub mod phone;
pub mod principal;
pub mod scope;
pub mod sealed;
pub mod terms;
pub mod timestamp;

pub mod agent_turn;
pub mod api_key;
pub mod attachment;
pub mod audit_entry;
pub mod board;
pub mod call;
pub mod channel;
pub mod consent;
pub mod contact;
pub mod contact_identity;
pub mod conversation;
pub mod credential;
pub mod event;
pub mod idempotency_key;
pub mod job;
pub mod job_attempt;
pub mod label;
pub mod log;
pub mod lookup;
pub mod message;
pub mod outside_identity;
pub mod read_mark;
pub mod recording;
pub mod scheduled_message;
pub mod sending;
pub mod sign_in;
pub mod sign_in_code;
pub mod task;
pub mod template;
pub mod tenant;
pub mod tenant_key;
pub mod user;
pub mod webhook_receipt;
pub mod word_trigram;

pub use address::{Address, AddressKind};
pub use digest::Digest;
pub use ids::*;
pub use json::{Json, JsonObject};
pub use network::Networks;
pub use origin::Origin;
pub use phone::Phone;
pub use principal::Principal;
pub use scope::{Place, SoftDeleted, Stretch, TenantScope};
pub use timestamp::Timestamp;
pub use words::UnknownWord;
