//! What the room of the channels can be told to do.

use std::time::Duration;

use entities::{BoardId, ChannelId, channel::ChannelType};
use serde_json::{Map, Value};

/// Make a channel.
#[derive(Clone, Debug)]
pub struct CreateChannel {
    pub kind: ChannelType,
    /// 1 to 100 characters.
    pub name: String,
    /// Where the tenant is reached: E.164 of a number, an e-mail address, the provider's own name. A web chat has
    /// none.
    pub address: Option<String>,
    pub board_id: Option<BoardId>,
    pub settings: Map<String, Value>,
    /// The kind of job that asks the provider about it, and how long after.
    pub then: Option<(&'static str, Duration)>,
}

/// Change a channel. What is not said stays as it is; its type and address never change.
#[derive(Clone, Debug)]
pub struct UpdateChannel {
    pub id: ChannelId,
    pub name: Option<String>,
    /// An inner `None`: on no board.
    pub board_id: Option<Option<BoardId>>,
    /// All of them, not additions.
    pub settings: Option<Map<String, Value>>,
    /// Draw a new secret; identities proven with the old one are not believed any more.
    pub new_secret: bool,
    /// The rev the caller saw, when he minds.
    pub rev: Option<i64>,
}

/// Take a channel away. Its conversations stay; nobody reaches the tenant on it.
#[derive(Clone, Copy, Debug)]
pub struct RemoveChannel {
    pub id: ChannelId,
    pub rev: Option<i64>,
}
