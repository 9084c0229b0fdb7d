//! Signals: what is true for a moment and never enters the log.

use actors::topic::Topic;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A signal as it leaves the hub.
#[derive(Clone, Debug, Serialize)]
pub struct SignalFrame<'a> {
    pub topic: Topic,
    #[serde(rename = "type")]
    pub kind: SignalType,
    pub data: &'a Value,
}

/// What a signal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalType {
    TypingStarted,
    TypingStopped,
    ViewingChanged,
    PresenceJoined,
    PresenceLeft,
    PresenceChanged,
    PresenceSnapshot,
}

impl SignalType {
    /// Every type.
    pub const ALL: &[Self] = &[
        Self::TypingStarted,
        Self::TypingStopped,
        Self::ViewingChanged,
        Self::PresenceJoined,
        Self::PresenceLeft,
        Self::PresenceChanged,
        Self::PresenceSnapshot,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::TypingStarted => "typing.started",
            Self::TypingStopped => "typing.stopped",
            Self::ViewingChanged => "viewing.changed",
            Self::PresenceJoined => "presence.joined",
            Self::PresenceLeft => "presence.left",
            Self::PresenceChanged => "presence.changed",
            Self::PresenceSnapshot => "presence.snapshot",
        }
    }
}

impl Serialize for SignalType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
