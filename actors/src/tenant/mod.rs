//! The live tenant of a node: its sessions, and what they are told, in order.
//!
//! [`Tenants`] is the door. The actor behind it never waits: no commit and no read happens inside it; what it must
//! know is fetched beside it and comes back as a message.

mod actor;
mod attendance;
mod audience;
mod delivery;
mod ephemeral;
mod everywhere;
mod handle;
mod heads;
mod messages;
mod neighbours;
mod observer;
mod others;
mod own;
mod presence;
mod roll;
mod signal;
mod told;
mod typing;
mod viewing;

pub use audience::Person;
pub use handle::{TenantBusy, Tenants, TenantsOptions, Typist};
pub use messages::{CloseCode, Deliver, Joined, SessionKey};
pub use observer::Observer;
pub use presence::{
    Availability, PresenceChange, PresenceChangeKind, Present, UserPresence, UsersSnapshot, WhoIsHere,
};
pub use signal::{ConversationSnapshot, Signal, SignalKind};
pub use told::Told;
pub use viewing::{ContactPresence, Watcher};
