//! The id of a request: what the client chose to recognise the answer by.

use serde::Serialize;
use serde_json::{Number, value::RawValue};

/// A string of at most 64 characters, or an integer. It is echoed as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum RequestId {
    Text(Box<str>),
    Integer(Number),
}

impl RequestId {
    /// The longest string, in characters.
    pub const LONGEST: usize = 64;

    /// `None` for what cannot be an id: other types, fractions, longer strings.
    pub(super) fn read(raw: &RawValue) -> Option<Self> {
        match serde_json::from_str(raw.get()).ok()? {
            serde_json::Value::String(text) if text.chars().count() <= Self::LONGEST => {
                Some(Self::Text(text.into()))
            }
            serde_json::Value::Number(number) if !number.is_f64() => Some(Self::Integer(number)),
            _ => None,
        }
    }
}
