//! A board as users see it.

use entities::{BoardId, Timestamp};
use serde::{Deserialize, Serialize};

/// A group of users that shares conversations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    pub id: BoardId,
    pub name: String,
    pub settings: serde_json::Map<String, serde_json::Value>,
    pub created_at: Timestamp,
    pub rev: i64,
}

impl From<entities::board::Model> for Board {
    fn from(row: entities::board::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            settings: row.settings.0,
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}
