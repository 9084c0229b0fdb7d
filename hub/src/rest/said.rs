//! Members of a change that tell `null`, which clears, from nothing, which leaves alone.

use serde::{Deserialize, Deserializer};

/// `#[serde(default, deserialize_with = "said::or_null")]` on an `Option<Option<T>>`.
///
/// # Errors
/// When the value is neither `null` nor a `T`.
pub fn or_null<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
