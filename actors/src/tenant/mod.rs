//! The live tenant of a node: its sessions, and what they are told, in order.
//!
//! [`Tenants`] is the door. The actor behind it never waits: no commit and no read happens inside it; what it must
//! know is fetched beside it and comes back as a message.

mod actor;
mod audience;
mod delivery;
mod handle;
mod heads;
mod messages;
mod typing;

pub use handle::{TenantBusy, Tenants, TenantsOptions, Typist};
pub use messages::{CloseCode, Deliver, Joined, SessionKey, Signal, SignalKind};
