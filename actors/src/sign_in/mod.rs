//! Signing in: families of refresh tokens and one-time codes. Tokens themselves are the door's; this room keeps what is
//! known of them.

mod code;
mod error;
mod handle;
mod record;
mod state;
pub(crate) mod store;

pub use code::NewCode;
pub use error::SignInError;
pub use handle::{CodeHolder, Rotated, SignIns};
pub use record::Refused;
pub use state::{Rotation, redeemable, rotate};
