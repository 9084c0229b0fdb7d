//! What each room's refusals are in public: one file per room, every variant named, no wildcard.

mod conversation;
mod store;
