//! What the room of the credentials can be told to do.

use std::time::Duration;

use serde_json::{Map, Value};

/// Keep these credentials. The provider took them just now.
#[derive(Clone)]
pub struct KeepCredential {
    /// The word for the provider.
    pub provider: &'static str,
    /// What only a use opens again: an object.
    pub config: Value,
    /// What may be shown of it: names of accounts, the ends of secrets.
    pub shown: Map<String, Value>,
    /// The kind of job that sees to what happened while there were none.
    pub then: Option<&'static str>,
}

/// What somebody opens credentials for: a word for the record.
pub type Purpose = &'static str;

/// How a request to a provider went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    Succeeded,
    /// Why, for people: no personal data, no secrets.
    Failed(String),
}

/// How a provider told of a step of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callback {
    /// By itself, so long after it was given the message.
    After(Duration),
    /// Only when it was asked.
    Missing,
}
