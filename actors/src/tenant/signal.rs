//! What is told to those who are there, and kept by nobody.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use entities::message::Author;

use crate::{event::Form, topic::Topic};

use super::{
    presence::{PresenceChange, UsersSnapshot},
    viewing::{ContactPresence, Watcher},
};

/// What a signal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignalKind {
    TypingStarted { author: Author },
    TypingStopped { author: Author },
    ViewingChanged { viewing: Vec<Watcher> },
    User(PresenceChange),
    ContactJoined(ContactPresence),
    ContactLeft(ContactPresence),
    Users(UsersSnapshot),
    Conversation(ConversationSnapshot),
}

/// Who is at a conversation at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationSnapshot {
    pub contact_online: bool,
    pub viewing: Vec<Watcher>,
    pub typing: Vec<Author>,
    /// As in [`UsersSnapshot`].
    pub uncertain: bool,
}

impl SignalKind {
    /// A visitor hears who types, and nothing of who looks on.
    pub(super) fn is_for_visitors(&self) -> bool {
        match self {
            Self::TypingStarted { .. } | Self::TypingStopped { .. } | Self::Conversation(_) => true,
            Self::ViewingChanged { .. }
            | Self::User(_)
            | Self::ContactJoined(_)
            | Self::ContactLeft(_)
            | Self::Users(_) => false,
        }
    }
}

/// A signal with its frames, each made when the first reader asks.
#[derive(Debug)]
pub struct Signal {
    pub topic: Topic,
    pub kind: SignalKind,
    agent: OnceLock<Bytes>,
    visitor: OnceLock<Bytes>,
}

impl Signal {
    /// A signal nobody has encoded yet.
    #[must_use]
    pub fn new(topic: Topic, kind: SignalKind) -> Self {
        Self { topic, kind, agent: OnceLock::new(), visitor: OnceLock::new() }
    }

    /// The same, for sending.
    pub(super) fn shared(topic: Topic, kind: SignalKind) -> Arc<Self> {
        Arc::new(Self::new(topic, kind))
    }

    /// The frame of `form`, made by `encode` unless another reader already asked.
    pub fn frame(&self, form: Form, encode: impl FnOnce(&Self) -> Bytes) -> Bytes {
        let cell = match form {
            Form::Agent => &self.agent,
            Form::Visitor => &self.visitor,
        };
        cell.get_or_init(|| encode(self)).clone()
    }
}
