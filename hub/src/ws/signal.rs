//! Signals as frames, in the form of whoever reads them.

use actors::{
    event::Form,
    tenant::{ConversationSnapshot, PresenceChangeKind, Signal, SignalKind},
    view::Viewer,
};
use bytes::Bytes;
use entities::message::Author;
use serde_json::{Value, json};

use super::frames::{ServerFrame, SignalFrame, SignalType};

/// The frame of a signal for this reader; made once for all readers of its form.
pub(crate) fn frame(signal: &Signal, viewer: &Viewer) -> Bytes {
    let form = viewer.form();
    signal.frame(form, |signal| {
        let (kind, data) = said(&signal.kind, form);
        ServerFrame::Signal(&SignalFrame { topic: signal.topic, kind, data: &data }).encode().into()
    })
}

fn said(kind: &SignalKind, form: Form) -> (SignalType, Value) {
    match kind {
        SignalKind::TypingStarted { author } => {
            (SignalType::TypingStarted, json!({ "author": author_in(form, author) }))
        }
        SignalKind::TypingStopped { author } => {
            (SignalType::TypingStopped, json!({ "author": author_in(form, author) }))
        }
        SignalKind::ViewingChanged { viewing } => (SignalType::ViewingChanged, json!({ "viewing": viewing })),
        SignalKind::User(change) => {
            let kind = match change.kind {
                PresenceChangeKind::Joined => SignalType::PresenceJoined,
                PresenceChangeKind::Left => SignalType::PresenceLeft,
                PresenceChangeKind::Changed => SignalType::PresenceChanged,
            };
            (kind, json!(change.user))
        }
        SignalKind::ContactJoined(contact) => (SignalType::PresenceJoined, json!(contact)),
        SignalKind::ContactLeft(contact) => (SignalType::PresenceLeft, json!(contact)),
        SignalKind::Users(snapshot) => (SignalType::PresenceSnapshot, json!(snapshot)),
        SignalKind::Conversation(snapshot) => (SignalType::PresenceSnapshot, conversation(snapshot, form)),
    }
}

/// A visitor is told who types, and nothing of who looks on.
fn conversation(snapshot: &ConversationSnapshot, form: Form) -> Value {
    let typing: Vec<Value> = snapshot.typing.iter().map(|author| author_in(form, author)).collect();
    match form {
        Form::Agent => {
            let mut data = json!({
                "contact_online": snapshot.contact_online,
                "viewing": snapshot.viewing,
                "typing": typing,
            });
            if snapshot.uncertain {
                data["uncertain"] = json!(true);
            }
            data
        }
        Form::Visitor => json!({ "typing": typing }),
    }
}

fn author_in(form: Form, author: &Author) -> Value {
    match form {
        Form::Agent => json!({ "kind": author.kind, "id": author.id, "name": author.name }),
        Form::Visitor => json!({ "kind": author.kind, "name": author.name }),
    }
}
