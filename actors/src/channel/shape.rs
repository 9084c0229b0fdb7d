//! A channel as agents see it.

use entities::{
    BoardId, ChannelId, Timestamp,
    channel::{ChannelType, Registration},
};
use serde::{Deserialize, Serialize};

/// An address a tenant is reached at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    #[serde(rename = "type")]
    pub kind: ChannelType,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board_id: Option<BoardId>,
    /// Names the channel in public: where visitors of a web chat come in, and providers call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    pub settings: serde_json::Map<String, serde_json::Value>,
    /// Of a number its provider was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    pub created_at: Timestamp,
    pub rev: i64,
}

impl From<entities::channel::Model> for Channel {
    fn from(row: entities::channel::Model) -> Self {
        Self {
            id: row.id,
            kind: row.channel_type,
            name: row.name,
            address: row.address,
            board_id: row.board_id,
            key: row.public_key,
            settings: row.settings.0,
            registration: row.registration.map(|registration| registration.0),
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}
