//! Routing: gives conversations that wait to agents who are here, can be asked, and have room.
//!
//! Nothing of it is kept in memory that matters: the queue, the turns and what everybody has in hand stand in the store,
//! and each conversation decides by itself, with the room counted and fenced in its commit. So it does not matter how
//! many nodes give out work at once, nor when one of them ends.

mod router;
mod rules;
mod state;
mod store;

pub use router::Router;
pub use rules::{Mode, Routing, SettingsError};
