//! What the hub says in the golden frames, as types.

use actors::topic::Topic;
use entities::{BoardId, ContactId, ConversationId, KeyId, Principal, TenantId, UserId, user::Role};
use serde::Serialize;
use serde_json::{json, value::to_raw_value};

use super::{at, golden, id, signals};
use crate::{
    error::{ApiError, Code},
    invalid::invalid_field,
    ws::frames::{
        Authenticated, Done, EventFrame, History, Identity, Pong, RequestId, ServerFrame, Subscribed, Welcome,
    },
};

/// The name of every golden frame of the hub, and the text the hub writes for it.
pub(super) fn encoded() -> Vec<(&'static str, String)> {
    let mut all = notifications();
    all.extend(signals::encoded());
    all.extend(answers());
    all
}

fn notifications() -> Vec<(&'static str, String)> {
    let visitor = Identity::Visitor {
        contact_id: ContactId::from_uuid(id(4)),
        conversation_id: ConversationId::from_uuid(id(1)),
    };
    let user = Identity::User { user_id: UserId::from_uuid(id(3)) };
    let key = Welcome { expires_at: None, ..welcome(Identity::Key { key_id: KeyId::from_uuid(id(9)) }) };
    let agent =
        Welcome { role: Some(Role::Agent), boards: Some(vec![BoardId::from_uuid(id(7))]), ..welcome(user) };
    vec![
        ("welcome", ServerFrame::Welcome(&agent).encode()),
        ("welcome.visitor", ServerFrame::Welcome(&welcome(visitor)).encode()),
        ("welcome.key", ServerFrame::Welcome(&key).encode()),
        ("event", ServerFrame::Event(&event()).encode()),
        ("heartbeat", ServerFrame::Heartbeat { seq: 18_232, at: at("2026-11-20T10:31:32.120Z") }.encode()),
        (
            "session.expiring",
            ServerFrame::SessionExpiring { expires_at: at("2026-11-20T10:46:07.120Z") }.encode(),
        ),
    ]
}

fn answers() -> Vec<(&'static str, String)> {
    let past = to_raw_value(&golden("event")["params"]).unwrap();
    let expires_at = Some(at("2026-11-20T10:46:07.120Z"));
    vec![
        ("result.authenticate", result(&Authenticated { expires_at })),
        ("result.subscribe", result(&Subscribed { seq: 18_232, recovered: Some(true), replayed: 1 })),
        ("result.unsubscribe", result(&Done {})),
        ("result.history", result(&History { events: vec![&past], more: true, oldest_seq: 17_003 })),
        ("result.ping", result(&Pong { seq: 18_232, at: at("2026-11-20T10:31:32.120Z") })),
        ("error", error(Some(request_id()), &ApiError::from(Code::NotFound))),
        (
            "error.invalid",
            error(Some(request_id()), &invalid_field("body", "must not be empty without attachments")),
        ),
        ("error.malformed", error(None, &ApiError::new(Code::Malformed, "The frame is not JSON"))),
    ]
}

fn welcome(identity: Identity) -> Welcome {
    Welcome {
        session_id: id(8),
        tenant_id: TenantId::from_uuid(id(0)),
        identity,
        role: None,
        boards: None,
        seq: 18_231,
        epoch: "01JD4Z8K3Q".into(),
        heartbeat_s: 25,
        expires_at: Some(at("2026-11-20T10:46:07.120Z")),
        node: "n-5f1c".into(),
    }
}

fn event() -> EventFrame<'static> {
    EventFrame {
        seq: 18_232,
        topic: Topic::Conversation(ConversationId::from_uuid(id(1))),
        kind: "message.created",
        at: at("2026-11-20T10:31:07.120Z"),
        actor: Principal::User(UserId::from_uuid(id(3))).into(),
        client_id: Some("web-7f3a-17"),
        data: r#"{"message":{"seq":18232,"body":"Hello"},"conversation":{"rev":4}}"#,
    }
}

fn request_id() -> RequestId {
    RequestId::Text("m-17".into())
}

fn result(result: &impl Serialize) -> String {
    ServerFrame::Result { id: &request_id(), result: &to_raw_value(result).unwrap() }.encode()
}

fn error(id: Option<RequestId>, error: &ApiError) -> String {
    ServerFrame::Error { id: id.as_ref(), error }.encode()
}

#[test]
fn every_frame_of_the_hub_looks_like_its_golden_frame() {
    for (name, text) in encoded() {
        let frame: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(frame, golden(name), "{name}");
    }
}

#[test]
fn an_event_of_the_hub_itself_has_an_actor_without_an_id() {
    let frame = EventFrame { actor: Principal::System.into(), client_id: None, ..event() }.encode();
    let frame: serde_json::Value = serde_json::from_str(&frame).unwrap();
    assert_eq!(frame["params"]["actor"], json!({ "kind": "system", "id": null }));
    assert_eq!(frame["params"].get("client_id"), None);
}

#[test]
fn without_since_nothing_is_said_of_recovery() {
    let answer = serde_json::to_value(Subscribed { seq: 7, recovered: None, replayed: 0 }).unwrap();
    assert_eq!(answer, json!({ "seq": 7, "replayed": 0 }));
}
