//! Who somebody is and what he may do: passwords, tokens, one-time codes, roles. Nothing here asks a database or a clock.

pub mod api_key;
pub mod code;
pub mod cookie;
pub mod extract;
pub mod identify;
pub mod origin;
pub mod outside;
pub mod password;
pub mod permission;
pub mod refresh;
pub mod scope;
pub mod token;

pub use self::identify::{Identity, identify};
pub use self::outside::OutsideTokens;
pub use self::password::Passwords;
pub use self::refresh::RefreshTokens;
pub use self::token::{Bearer, Tokens};
