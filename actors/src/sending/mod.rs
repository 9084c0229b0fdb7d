//! The spike brake: a tenant that suddenly sends far more than it ever does is stopped until a person says that it is meant.
//! A stolen key, or a flow that answers itself, costs an hour of messages and not a night of them.

mod error;
mod handle;
mod shape;
mod state;
pub mod store;

pub use error::SendingError;
pub use handle::{Brake, Turn};
pub use shape::{Sending, SendingState};
pub use state::SpikeRule;
