//! The settings of a tenant as its users see them, and as its row keeps them.

use std::net::IpAddr;

use entities::{Networks, Timestamp, tenant};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Everything that can be set about a tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub name: String,
    /// ISO 3166 alpha-2: what national phone numbers are read with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_country: Option<String>,
    #[serde(flatten)]
    pub chosen: Chosen,
    pub updated_at: Timestamp,
    /// Of the tenant: it grows with whatever changes there.
    pub rev: i64,
}

/// What stands in the column `settings`. A member more is a line here and its rule in `state.rs`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// IANA: where the tenant is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// BCP 47: the language of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// The pages besides our own whose scripts may use both doors, such as `https://crm.example`. At most 50.
    pub allowed_origins: Vec<String>,
    /// Where owners and admins come from; empty: from anywhere. At most 100. For their eyes alone.
    #[serde(skip_serializing_if = "Networks::is_empty")]
    pub ip_allow_list: Networks,
    /// How long a contact may wait for an answer, and we for a contact, on boards that say nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sla: Option<Map<String, Value>>,
    /// How conversations on no board are given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routing: Option<Map<String, Value>>,
    /// In which hours, and how often, contacts are written to who did not ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance: Option<Map<String, Value>>,
    /// For how long recordings are kept, and what is struck out of what was said on them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recordings: Option<Map<String, Value>>,
    /// What a later version wrote. It is kept, and nobody can ask for it here.
    #[serde(flatten)]
    pub(super) later: Map<String, Value>,
}

impl Chosen {
    /// Reads a set of members.
    pub(super) fn read(members: Map<String, Value>) -> Result<Self, serde_json::Error> {
        Self::deserialize(Value::Object(members))
    }

    /// What the row of a tenant holds. What this version cannot read is as if it were not set.
    #[must_use]
    pub fn stored(row: &tenant::Model) -> Self {
        Self::read(row.settings.0.clone()).unwrap_or_default()
    }

    /// May somebody with an admin's power over the tenant come from this address? Nobody may while the list cannot be
    /// read.
    #[must_use]
    pub fn admit(row: &tenant::Model, from: IpAddr) -> bool {
        Self::read(row.settings.0.clone()).is_ok_and(|chosen| chosen.ip_allow_list.admit(from))
    }

    pub(super) fn to_map(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }
}

impl Settings {
    /// As those see them who are no admins.
    #[must_use]
    pub fn for_users(mut self) -> Self {
        self.chosen.ip_allow_list = Networks::default();
        self
    }
}

impl From<&tenant::Model> for Settings {
    fn from(row: &tenant::Model) -> Self {
        Self {
            name: row.name.clone(),
            default_country: row.default_country.clone(),
            chosen: Chosen::stored(row),
            updated_at: row.updated_at,
            rev: row.rev,
        }
    }
}
