//! The settings of a tenant: a room without an actor, and one noun per tenant.

mod error;
mod handle;
mod messages;
mod shape;
mod state;
pub mod store;

pub use error::SettingsError;
pub use handle::TenantSettings;
pub use messages::UpdateSettings;
pub use shape::{Chosen, Settings};
