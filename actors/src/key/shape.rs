//! A key as admins see it. Its secret is not among what is known of it.

use entities::{BoardId, KeyId, Timestamp, api_key::Scope, message::AuthorKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a customer's own system comes in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub id: KeyId,
    pub name: String,
    pub scopes: Vec<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Maker>,
    pub created_at: Timestamp,
    /// To the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// Who made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    pub kind: AuthorKind,
    pub id: Option<Uuid>,
}

impl From<entities::api_key::Model> for Key {
    fn from(row: entities::api_key::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scopes: row.scopes.0,
            board_id: row.board_id,
            created_by: row.created_by.map(|by| Maker { kind: by.kind(), id: by.id() }),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}
