//! Credentials: a room without an actor. What a tenant is known by at the providers it uses: kept sealed, opened for use and
//! for nothing else, every hour of use on record. Which providers there are, the doors know.

mod delays;
mod error;
mod handle;
mod messages;
mod opened;
mod owing;
mod shape;
mod state;
pub mod store;
mod uses;

pub use error::CredentialError;
pub use handle::Credentials;
pub use messages::{Callback, KeepCredential, Purpose, Use};
pub use opened::Opened;
pub use shape::{Credential, Failed, Integration, Requests};
