//! The frames the hub sends, read strictly in what we rely on and blind to what we do not know.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::ending::Ending;

/// What a connection brings, in the order the hub sent it; `Closed` is the last.
#[derive(Debug)]
pub enum Incoming {
    Event(Event),
    Signal(Signal),
    Heartbeat(Heartbeat),
    Expiring(Expiring),
    Closed(Ending),
}

/// A durable change. Its `seq` is a cursor.
#[derive(Debug, Deserialize)]
pub struct Event {
    pub seq: u64,
    pub topic: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub at: String,
    pub actor: Option<Actor>,
    pub client_id: Option<String>,
    /// The nouns after the change, as the hub wrote them.
    pub data: Box<RawValue>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Actor {
    pub kind: String,
    pub id: Option<String>,
}

/// An ephemeral change: typing, presence, viewing.
#[derive(Debug, Deserialize)]
pub struct Signal {
    pub topic: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub data: Box<RawValue>,
}

/// Sent when nothing else was for `heartbeat_s`. Its `seq` is a cursor.
#[derive(Debug, Clone, Deserialize)]
pub struct Heartbeat {
    pub seq: u64,
    pub at: String,
}

/// The token ends in a minute.
#[derive(Debug, Clone, Deserialize)]
pub struct Expiring {
    pub expires_at: String,
}

/// The first frame of a connection.
#[derive(Debug, Clone, Deserialize)]
pub struct Welcome {
    pub session_id: String,
    pub tenant_id: String,
    pub user_id: Option<String>,
    pub contact_id: Option<String>,
    pub conversation_id: Option<String>,
    pub key_id: Option<String>,
    pub role: Option<String>,
    /// The head of the log; not a cursor.
    pub seq: u64,
    pub epoch: String,
    pub heartbeat_s: u64,
    pub expires_at: Option<String>,
}

/// `error` of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) message: String,
    pub(super) data: RefusalData,
}

#[derive(Debug, Deserialize)]
pub(super) struct RefusalData {
    pub(super) code: String,
    #[serde(default)]
    pub(super) retryable: bool,
    #[serde(default)]
    pub(super) details: Value,
}

/// One text frame, understood.
#[derive(Debug)]
pub(super) enum Frame {
    Welcome(Welcome),
    Answer {
        id: u64,
        outcome: Result<Box<RawValue>, Refusal>,
    },
    Incoming(Incoming),
    /// A notification of a later version of the contract.
    Unknown,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    jsonrpc: &'a str,
    id: Option<Value>,
    method: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// Reads one text frame; the error says what the contract does not allow.
pub(super) fn read(text: &str) -> Result<Frame, String> {
    let envelope: Envelope<'_> = parse("frame", text)?;
    if envelope.jsonrpc != "2.0" {
        return Err(format!("a frame of JSON-RPC {:?}", envelope.jsonrpc));
    }
    match &envelope.method {
        Some(method) if envelope.id.is_none() => notification(method, envelope.params),
        Some(method) => Err(format!("the hub sent a request, {method}")),
        None => answer(&envelope),
    }
}

fn notification(method: &str, params: Option<&RawValue>) -> Result<Frame, String> {
    let params = params.map_or("null", RawValue::get);
    Ok(match method {
        "event" => Frame::Incoming(Incoming::Event(parse(method, params)?)),
        "signal" => Frame::Incoming(Incoming::Signal(parse(method, params)?)),
        "heartbeat" => Frame::Incoming(Incoming::Heartbeat(parse(method, params)?)),
        "session.expiring" => Frame::Incoming(Incoming::Expiring(parse(method, params)?)),
        "welcome" => Frame::Welcome(parse(method, params)?),
        _ => Frame::Unknown,
    })
}

fn answer(envelope: &Envelope<'_>) -> Result<Frame, String> {
    let outcome = match (envelope.result, envelope.error) {
        (Some(result), None) => Ok(result.to_owned()),
        (None, Some(error)) => Err(parse::<Refusal>("error", error.get())?),
        _ => return Err("an answer needs either a result or an error".into()),
    };
    match (envelope.id.as_ref().and_then(Value::as_u64), outcome) {
        (Some(id), outcome) => Ok(Frame::Answer { id, outcome }),
        (None, Err(refusal)) => {
            Err(format!("an error that belongs to no request: {} {}", refusal.data.code, refusal.message))
        }
        (None, Ok(_)) => Err("an answer to a request we did not make".into()),
    }
}

/// Parses JSON into `T`, naming `what` in the error.
pub(super) fn parse<'a, T: Deserialize<'a>>(what: &str, text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("{what}: {error}"))
}

impl Event {
    /// Reads one noun out of `data`, such as `message`.
    ///
    /// # Errors
    /// When the noun is absent or not of this shape.
    pub fn noun<T: DeserializeOwned>(&self, name: &str) -> Result<T, String> {
        let mut data: serde_json::Map<String, Value> = parse("event data", self.data.get())?;
        let noun = data.remove(name).ok_or_else(|| format!("{} without {name}", self.kind))?;
        serde_json::from_value(noun).map_err(|error| format!("{} {name}: {error}", self.kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_with_members_we_do_not_know() {
        let frame = read(
            r#"{"jsonrpc":"2.0","method":"event","params":{"seq":7,"topic":"inbox","type":"message.created",
               "at":"2026-11-20T10:31:07.120Z","actor":{"kind":"user","id":"u"},"later":1,"data":{"message":{"id":"m"}}}}"#,
        );
        let Ok(Frame::Incoming(Incoming::Event(event))) = frame else { panic!("{frame:?}") };
        assert_eq!((event.seq, event.kind.as_str()), (7, "message.created"));
        assert_eq!(event.noun::<Value>("message"), Ok(serde_json::json!({"id": "m"})));
        assert!(event.noun::<Value>("call").is_err());
    }

    #[test]
    fn unknown_notifications_are_passed_over() {
        assert!(matches!(read(r#"{"jsonrpc":"2.0","method":"news","params":{}}"#), Ok(Frame::Unknown)));
    }

    #[test]
    fn what_the_contract_does_not_allow_is_an_error_and_never_a_panic() {
        for wrong in [
            "",
            "nonsense",
            "[]",
            "{}",
            r#"{"jsonrpc":"1.0","id":1,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"","data":{"code":"X"}}}"#,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no data"}}"#,
            r#"{"jsonrpc":"2.0","id":"mine","result":{}}"#,
            r#"{"jsonrpc":"2.0","id":-4,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"","data":{"code":"MALFORMED"}}}"#,
            r#"{"jsonrpc":"2.0","method":"event"}"#,
            r#"{"jsonrpc":"2.0","method":"event","params":{"seq":"seven"}}"#,
            r#"{"jsonrpc":"2.0","method":"heartbeat","params":{"seq":-1,"at":""}}"#,
            r#"{"jsonrpc":"2.0","id":3,"method":"event","params":{}}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
