//! The frame of an event. Written once for each form and shared by all sessions that receive it.

use actors::topic::Topic;
use entities::{Principal, Timestamp, message::AuthorKind};
use serde::Serialize;
use uuid::Uuid;

use super::server::json;

/// A durable change as it leaves the hub.
#[derive(Clone, Debug)]
pub struct EventFrame<'a> {
    pub seq: i64,
    pub topic: Topic,
    /// `noun.past_tense`; a string, because versions live together.
    pub kind: &'a str,
    pub at: Timestamp,
    pub actor: Actor,
    pub client_id: Option<&'a str>,
    /// JSON: the whole noun after the change, under its name. It is written as it stands.
    pub data: &'a str,
}

#[derive(Serialize)]
struct Head<'a> {
    seq: i64,
    topic: Topic,
    #[serde(rename = "type")]
    kind: &'a str,
    at: Timestamp,
    actor: Actor,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Actor {
    pub kind: AuthorKind,
    /// The hub itself has none, and visitors are told none.
    pub id: Option<Uuid>,
}

impl From<Principal> for Actor {
    fn from(principal: Principal) -> Self {
        Self { kind: principal.kind(), id: principal.id() }
    }
}

impl EventFrame<'_> {
    /// The text of the frame.
    pub fn encode(&self) -> String {
        format!(r#"{{"jsonrpc":"2.0","method":"event","params":{}}}"#, self.params())
    }

    /// The event itself, as history and REST show it too.
    pub fn params(&self) -> String {
        let Self { seq, topic, kind, at, actor, client_id, data } = *self;
        let head = json(&Head { seq, topic, kind, at, actor, client_id });
        // The last character of an object is the brace that one more member goes before.
        let open_head = &head[..head.len() - 1];
        format!(r#"{open_head},"data":{data}}}"#)
    }
}
