//! Events as frames, in the form of whoever reads them.

use actors::{
    conversation::{VisitorConversation, VisitorMessage},
    event::{ConversationData, EventType, Form, LiveEvent, Recorded, with_message_seq},
    view::Viewer,
};
use bytes::Bytes;
use entities::{event::TopicKind, message::Attachment};
use serde::Serialize;
use serde_json::json;

use super::frames::{Actor, EventFrame};

/// The frame of an event for this reader; made once for all readers of its form.
pub(crate) fn event(live: &LiveEvent, viewer: &Viewer) -> Bytes {
    if viewer.loses_sight(&live.event.head) {
        return of(&live.event, Form::Agent, &lost(&live.event)).encode().into();
    }
    let form = viewer.form();
    live.frame(form, |event| of(event, form, &data(event, form)).encode().into())
}

/// The event alone for this reader, as history and REST show it.
pub(crate) fn params(event: &Recorded, viewer: &Viewer) -> String {
    match viewer.loses_sight(&event.head) {
        true => of(event, Form::Agent, &lost(event)).params(),
        false => of(event, viewer.form(), &data(event, viewer.form())).params(),
    }
}

fn of<'a>(event: &'a Recorded, form: Form, data: &'a str) -> EventFrame<'a> {
    let head = &event.head;
    let actor = match form {
        Form::Agent => head.actor.into(),
        Form::Visitor => Actor { kind: head.actor.kind(), id: None },
    };
    EventFrame {
        seq: event.seq,
        topic: head.topic(),
        kind: head.kind.name(),
        at: head.at,
        actor,
        client_id: head.client_id.as_deref(),
        data,
    }
}

fn data(event: &Recorded, form: Form) -> String {
    match form {
        Form::Agent => agent_data(event),
        Form::Visitor => visitor_data(event),
    }
}

/// The stored data; a new message learns its seq.
fn agent_data(event: &Recorded) -> String {
    match event.message_seq() {
        Some(seq) => with_message_seq(&event.data, seq),
        None => event.data.to_string(),
    }
}

#[derive(Serialize)]
struct VisitorData {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<VisitorMessage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<VisitorConversation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment>,
}

/// The reduced shapes. What this version cannot read it does not show.
fn visitor_data(event: &Recorded) -> String {
    let data = event.parse().unwrap_or_default();
    let message = data.message.as_ref().and_then(VisitorMessage::of).map(|mut message| {
        if event.head.kind == EventType::MessageCreated {
            message.seq = Some(event.seq);
        }
        message
    });
    let conversation = data.conversation.as_ref().map(|conversation| match conversation {
        ConversationData::Whole(whole) => VisitorConversation::from(&**whole),
        ConversationData::Brief(brief) => VisitorConversation::from(&**brief),
    });
    super::frames::json(&VisitorData { message, conversation, attachment: data.attachment })
}

/// What leaves the reader's boards tells its id and no more.
fn lost(event: &Recorded) -> String {
    let noun = match event.head.topic_kind {
        TopicKind::Template => "template",
        TopicKind::Call => "call",
        _ => "conversation",
    };
    json!({ noun: { "id": event.head.topic_id } }).to_string()
}
