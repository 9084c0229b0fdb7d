//! A label as users see it.

use entities::{LabelId, Timestamp, label};
use serde::{Deserialize, Serialize};

/// A word that conversations are marked with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub id: LabelId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub created_at: Timestamp,
    pub rev: i64,
}

impl From<label::Model> for Label {
    fn from(row: label::Model) -> Self {
        let label::Model { id, name, color, description, created_at, rev, .. } = row;
        Self { id, name, color, description, created_at, rev }
    }
}
