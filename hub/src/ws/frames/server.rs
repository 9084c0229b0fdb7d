//! What the hub sends: answers, and notifications of its own.

use entities::Timestamp;
use serde::Serialize;
use serde_json::{json, value::RawValue};

use super::{EventFrame, RequestId, SignalFrame, Welcome};
use crate::error::ApiError;

/// One frame to a client. [`ServerFrame::encode`] makes the text.
#[derive(Clone, Debug)]
pub enum ServerFrame<'a> {
    /// The first frame of a session that is who it says.
    Welcome(&'a Welcome),
    /// A durable change, with its place in the log.
    Event(&'a EventFrame<'a>),
    /// Something that is true for a moment: typing, presence.
    Signal(&'a SignalFrame<'a>),
    /// Nothing else was sent for a while; everything up to `seq` has been.
    Heartbeat { seq: i64, at: Timestamp },
    /// The token ends soon.
    SessionExpiring { expires_at: Timestamp },
    /// A request was carried out.
    Result { id: &'a RequestId, result: &'a RawValue },
    /// A request was refused. Without an id the hub could not tell which one.
    Error { id: Option<&'a RequestId>, error: &'a ApiError },
}

impl ServerFrame<'_> {
    /// The text of the frame.
    pub fn encode(&self) -> String {
        match self {
            Self::Welcome(welcome) => notification("welcome", welcome),
            Self::Event(event) => event.encode(),
            Self::Signal(signal) => notification("signal", signal),
            Self::Heartbeat { seq, at } => notification("heartbeat", &json!({ "seq": seq, "at": at })),
            Self::SessionExpiring { expires_at } => {
                notification("session.expiring", &json!({ "expires_at": expires_at }))
            }
            Self::Result { id, result } => json(&ResultFrame { jsonrpc: VERSION, id, result }),
            Self::Error { id, error } => json(&error_frame(*id, error)),
        }
    }
}

/// The text of a value of ours.
#[expect(clippy::expect_used, reason = "our types have string keys only, and no serialiser of theirs fails")]
pub(in crate::ws) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our own types serialise")
}

const VERSION: &str = "2.0";

#[derive(Serialize)]
struct Notification<'a, P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'a P,
}

#[derive(Serialize)]
struct ResultFrame<'a> {
    jsonrpc: &'static str,
    id: &'a RequestId,
    result: &'a RawValue,
}

fn notification(method: &'static str, params: &impl Serialize) -> String {
    json(&Notification { jsonrpc: VERSION, method, params })
}

fn error_frame(id: Option<&RequestId>, error: &ApiError) -> serde_json::Value {
    let ApiError { code, message, details } = error;
    json!({
        "jsonrpc": VERSION,
        "id": id,
        "error": {
            "code": code.rpc_code(),
            "message": message,
            "data": { "code": code, "retryable": code.retryable(), "details": details },
        },
    })
}
