//! Every frame there can be, by name.

use actors::event::{EventType, Room};
use entities::event::Audience;
use serde_json::{Map, Value, json};

use super::results;
use crate::ws::frames::{Request, SignalType};

/// How a frame comes about.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// A client asks; it is answered with this message, or an error.
    Asked { result: &'static str },
    /// The hub says it by itself.
    Told,
    /// The answer to something.
    Answered,
}

/// All of them, in the order of the document.
pub(super) struct Messages(Vec<(String, Way, Value)>);

impl Messages {
    pub(super) fn all() -> Self {
        let mut all = Self(Vec::new());
        for (method, params) in Request::params() {
            let result = results::of(method);
            all.add(method, Way::Asked { result }, request(method, &params));
        }
        for (name, schema) in results::MESSAGES {
            all.add(name, Way::Answered, answered("result", &shape(schema)));
        }
        all.add("error", Way::Answered, answered("error", &shape("Refusal")));
        for (name, schema) in
            [("welcome", "Welcome"), ("heartbeat", "Heartbeat"), ("session.expiring", "Expiring")]
        {
            all.add(name, Way::Told, told(name, &shape(schema)));
        }
        for kind in EventType::known() {
            all.add(&format!("event.{}", kind.name()), Way::Told, event(kind));
        }
        for kind in SignalType::ALL {
            all.add(&format!("signal.{}", kind.name()), Way::Told, signal(*kind));
        }
        all
    }

    fn add(&mut self, name: &str, way: Way, message: Value) {
        self.0.push((name.to_owned(), way, message));
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, ..)| name.as_str())
    }

    pub(super) fn ways(&self) -> impl Iterator<Item = (&str, Way)> {
        self.0.iter().map(|(name, way, _)| (name.as_str(), *way))
    }

    pub(super) fn objects(&self) -> Map<String, Value> {
        let object = |(name, _, message): &(String, Way, Value)| {
            let mut message = message.clone();
            message["name"] = json!(name);
            (name.clone(), message)
        };
        self.0.iter().map(object).collect()
    }
}

fn shape(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with these members and the version; all of them must be there but those in `free`.
fn frame(mut members: Map<String, Value>, free: &[&str]) -> Value {
    members.insert("jsonrpc".to_owned(), json!({ "const": "2.0" }));
    let required: Vec<&String> = members.keys().filter(|name| !free.contains(&name.as_str())).collect();
    let required = json!(required);
    json!({ "type": "object", "properties": members, "required": required, "additionalProperties": false })
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn request(method: &str, params: &str) -> Value {
    let id = json!({ "oneOf": [{ "type": "string", "maxLength": 64 }, { "type": "integer" }] });
    let all = members([("id", id), ("method", json!({ "const": method })), ("params", shape(params))]);
    json!({ "payload": frame(all, &["id", "params"]) })
}

fn answered(member: &str, with: &Value) -> Value {
    let id = json!({ "type": ["string", "integer", "null"], "description": "The one of the request." });
    json!({ "payload": frame(members([("id", id), (member, with.clone())]), &[]) })
}

fn told(method: &str, params: &Value) -> Value {
    let all = members([("method", json!({ "const": method })), ("params", params.clone())]);
    json!({ "payload": frame(all, &[]) })
}

/// A durable change: the envelope, and the nouns it carries; for visitors in their own shapes.
fn event(kind: &EventType) -> Value {
    let mut data = vec![of_nouns(carried(kind))];
    if *kind == EventType::AttachmentScanned {
        // Of a file that hangs on no message yet.
        data.push(of_nouns(&[("attachment", "Attachment")]));
    }
    if *kind == EventType::TemplateUpdated {
        data.push(of_nouns(&[("template", "MovedTemplate")]));
    }
    if kind.audience() == Audience::Everyone {
        data.push(of_nouns(carried_to_visitors(kind)));
    }
    let params = json!({ "allOf": [shape("Event"), {
        "type": "object",
        "properties": { "type": { "const": kind.name() }, "data": { "anyOf": data } },
    }] });
    let mut message = told("event", &params);
    let own = if kind.is_for_the_assignee() { "`user:<id>` of the assignee, " } else { "" };
    message["summary"] = json!(format!("For {}; on {own}{}", audience(kind.audience()), topics(kind.room())));
    message
}

fn of_nouns(nouns: Nouns) -> Value {
    if let [("", schema)] = nouns {
        return shape(schema);
    }
    let properties: Map<String, Value> =
        nouns.iter().map(|(member, schema)| ((*member).to_owned(), shape(schema))).collect();
    let required: Vec<&String> = properties.keys().collect();
    let required = json!(required);
    json!({ "type": "object", "required": required, "properties": properties })
}

/// The members of `data`, each with its shape; one without a name is `data` itself.
type Nouns = &'static [(&'static str, &'static str)];

fn carried(kind: &EventType) -> Nouns {
    let noun = kind.name().split_once('.').map_or("", |(noun, _)| noun);
    match (noun, kind) {
        (_, EventType::ConversationRead) => &[("", "ReadMark")],
        (_, EventType::ConversationMoved) => &[("conversation", "MovedConversation")],
        ("conversation" | "sla", _) => &[("conversation", "SharedConversation")],
        (_, EventType::MessageBlocked) => &[("reason", "BlockReason"), ("conversation", "BriefConversation")],
        ("consent", _) => &[("consent", "Consent")],
        (_, EventType::CallOffered) => {
            &[("call", "Call"), ("expires_at", "Instant"), ("how", "CallOfferKind")]
        }
        (_, EventType::CallOfferEnded) => &[("call_id", "Id"), ("reason", "OfferEnd")],
        (_, EventType::CallControlFailed) => &[
            ("call", "Call"),
            ("control", "CallControl"),
            ("error", "CallError"),
            ("conversation", "BriefConversation"),
        ],
        ("call", _) => &[("call", "Call"), ("conversation", "BriefConversation")],
        ("recording", _) => &[("recording", "Recording")],
        ("voicemail", _) => &[("voicemail", "Recording")],
        ("transcript", _) => &[("transcript", "WrittenDown")],
        ("message" | "user", _) => &[("message", "Message"), ("conversation", "BriefConversation")],
        ("contact", _) => &[("contact", "Contact")],
        ("channel", _) => &[("channel", "Channel")],
        ("board", _) => &[("board", "Board")],
        ("label", _) => &[("label", "Label")],
        ("template", _) => &[("template", "Template")],
        ("credential", _) => &[("credential", "Credential")],
        ("key", _) => &[("key", "ApiKey")],
        ("settings", _) => &[("settings", "Settings")],
        ("attachment", _) => {
            &[("attachment", "Attachment"), ("message", "Message"), ("conversation", "BriefConversation")]
        }
        ("job", _) => &[("job", "Job")],
        ("task", _) => &[("task", "Task")],
        ("sending", _) => &[("sending", "Sending")],
        _ => &[],
    }
}

fn carried_to_visitors(kind: &EventType) -> Nouns {
    if kind.name().starts_with("message.") {
        return &[("message", "VisitorMessage"), ("conversation", "VisitorConversation")];
    }
    if *kind == EventType::AttachmentScanned {
        return &[
            ("attachment", "Attachment"),
            ("message", "VisitorMessage"),
            ("conversation", "VisitorConversation"),
        ];
    }
    &[("conversation", "VisitorConversation")]
}

fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "everyone; visitors in their reduced shapes, of their own conversation",
        Audience::Agents => "agents",
        Audience::User => "one user",
    }
}

fn topics(room: Room) -> &'static str {
    match room {
        Room::Conversation => "`conversation:<id>`, `contact:<id>`, `board:<id>`, `inbox` and `console`",
        Room::Call => {
            "`call:<id>`, `calls`, `conversation:<id>`, `contact:<id>`, `board:<id>`, `inbox` and `console`"
        }
        Room::Inbox => "`inbox` and `console`",
        Room::Contact => "`contact:<id>`, `inbox` and `console`",
        Room::User => "`user:<id>`",
        Room::Board => "`board:<id>` and `console`",
        Room::Settings => "`console`",
    }
}

/// Something that is true for a moment.
fn signal(kind: SignalType) -> Value {
    let data: Vec<Value> = signalled(kind).iter().map(|name| shape(name)).collect();
    let params = members([
        ("topic", json!({ "type": "string" })),
        ("type", json!({ "const": kind.name() })),
        ("data", json!({ "anyOf": data })),
    ]);
    let required = json!(["topic", "type", "data"]);
    told("signal", &json!({ "type": "object", "properties": params, "required": required }))
}

/// What it tells; of a conversation, of a user, or to a visitor.
fn signalled(kind: SignalType) -> &'static [&'static str] {
    match kind {
        SignalType::TypingStarted | SignalType::TypingStopped => &["TypingSignal"],
        SignalType::ViewingChanged => &["ViewingSignal"],
        SignalType::PresenceJoined | SignalType::PresenceLeft => &["Presence", "ContactPresence"],
        SignalType::PresenceChanged => &["Presence"],
        SignalType::PresenceSnapshot => &["PresenceSnapshot", "ConversationSnapshot", "VisitorSnapshot"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_says_what_it_carries() {
        for kind in EventType::known() {
            assert!(!carried(kind).is_empty(), "{kind}");
        }
    }
}
