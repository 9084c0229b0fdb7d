//! A channel as these routes answer it: with what only they know.

use std::collections::BTreeMap;

use actors::channel::{Channel, Kept};
use entities::channel::ChannelType;
use serde::Serialize;

use crate::hub::Hub;
use crate::providers::twilio;

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

impl Answer {
    /// Of a channel of this hub.
    pub(super) fn of(hub: &Hub, channel: Channel) -> Self {
        let webhook_urls = match (channel.kind, &channel.key) {
            (ChannelType::Twilio, Some(key)) => twilio::webhook::webhook_urls(&hub.public_origin(), key),
            _ => BTreeMap::new(),
        };
        Self { channel, webhook_urls, secret: None }
    }

    /// Of one that was kept just now.
    pub(super) fn of_kept(hub: &Hub, kept: Kept) -> Self {
        Self { secret: kept.secret, ..Self::of(hub, kept.channel) }
    }
}
