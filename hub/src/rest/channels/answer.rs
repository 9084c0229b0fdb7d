//! A channel as these routes answer it: with what only they know.

use std::collections::BTreeMap;

use actors::channel::{Channel, Kept};
use serde::Serialize;

/// A channel, and where its provider calls.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    #[serde(flatten)]
    pub(super) channel: Channel,
    /// A web chat has none; those of the others come with their providers.
    webhook_urls: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<Channel> for Answer {
    fn from(channel: Channel) -> Self {
        Self { channel, webhook_urls: BTreeMap::new(), secret: None }
    }
}

impl From<Kept> for Answer {
    fn from(kept: Kept) -> Self {
        Self { secret: kept.secret, ..Self::from(kept.channel) }
    }
}
