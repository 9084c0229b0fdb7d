//! An entry of the record as owners and admins read it.

use entities::{AuditId, ContactId, Timestamp, audit_entry, message::AuthorKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// What somebody did, and to what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor: Actor,
    /// As `noun.verb`.
    pub action: String,
    pub target: Target,
    /// Whose messages were read, or who was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    pub details: Map<String, Value>,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub kind: AuthorKind,
    pub id: Option<Uuid>,
}

/// What it was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub kind: String,
    pub id: Option<Uuid>,
}

impl From<audit_entry::Model> for AuditEntry {
    fn from(row: audit_entry::Model) -> Self {
        Self {
            id: row.id,
            at: row.at,
            actor: Actor { kind: row.actor_kind, id: row.actor_id },
            action: row.action,
            target: Target { kind: row.target_kind, id: row.target_id },
            contact_id: row.contact_id,
            ip: row.ip,
            request_id: row.request_id,
            details: row.details.0,
        }
    }
}
