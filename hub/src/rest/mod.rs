//! The REST door: one folder per noun, one file per verb, and what all of them share.

pub mod body;
pub mod client;
pub mod envelope;
pub mod health;
pub mod limits;
pub mod metrics;
pub mod params;
pub mod refusal;
pub mod request_id;

#[cfg(test)]
mod tests;

pub use self::body::Body;
pub use self::params::Params;
pub use self::request_id::RequestId;
