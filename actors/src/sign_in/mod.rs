//! Signing in: families of refresh tokens and one-time codes. Tokens themselves are the door's; this room keeps what is
//! known of them.

mod error;
mod handle;
mod state;

pub use error::SignInError;
pub use handle::{Redeemed, Rotated, SignIns};
pub use state::{Rotation, redeemable, rotate};
