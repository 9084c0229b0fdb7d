//! What the room of the settings can be told to do.

use std::net::IpAddr;

use serde_json::{Map, Value};

/// Change the settings of a tenant. What is not said stays as it is.
#[derive(Clone, Debug, Default)]
pub struct UpdateSettings {
    /// 1 to 200 characters.
    pub name: Option<String>,
    /// An inner `None`: national numbers are not understood.
    pub default_country: Option<Option<String>>,
    /// Members of [`super::Chosen`]; each takes the place of the old one as a whole, and `null` clears what may be absent.
    pub chosen: Map<String, Value>,
    /// Where the caller comes from, who must not lock himself out; the command line comes from nowhere.
    pub from: Option<IpAddr>,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}
