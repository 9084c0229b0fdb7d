//! A contact as agents see it.

use entities::{ContactId, Timestamp, contact::Temperature};
use serde::{Deserialize, Serialize};

/// A person a tenant talks with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub name: String,
    /// E.164.
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub handles: Vec<Handle>,
    pub temperature: Option<Temperature>,
    pub stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_score: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    pub tags: Vec<String>,
    pub attributes: serde_json::Map<String, serde_json::Value>,
    /// Its calls are refused.
    #[serde(default)]
    pub blocked: bool,
    pub activity_at: Timestamp,
    pub created_at: Timestamp,
    pub rev: i64,
}

/// What `message.created` carries of its contact, so that a list re-orders without a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub id: ContactId,
    pub activity_at: Timestamp,
}

/// An address that is neither a phone nor an e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    pub kind: String,
    pub value: String,
}
