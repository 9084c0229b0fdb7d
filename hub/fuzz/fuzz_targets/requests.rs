//! Any text frame becomes a request or a refusal under its own id, and a request keeps its meaning when it is written
//! down again.

#![no_main]

use hub::{
    error::Code,
    ws::frames::{Call, Rejected, Request, RequestId, ServerFrame},
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let read = Call::read(text);
    let id = match &read {
        Ok(call) => call.id.as_ref(),
        Err(rejected) => rejected.id.as_ref(),
    };
    // Nested too deep for a tree, or half a surrogate: such a text is never a tree, and still has to be answered.
    if let Ok(frame) = serde_json::from_str::<Value>(text) {
        assert_eq!(id.map(value), usable_id(&frame), "the id is echoed as it came");
    }
    match read {
        Ok(call) => carry_on(&call),
        Err(rejected) => refused(&rejected),
    }
});

fn value(id: &RequestId) -> Value {
    serde_json::to_value(id).unwrap()
}

/// What the protocol says an id is.
fn usable_id(frame: &Value) -> Option<Value> {
    let id = frame.as_object()?.get("id")?;
    let usable = match id {
        Value::String(text) => text.chars().count() <= RequestId::LONGEST,
        Value::Number(number) => number.is_i64() || number.is_u64(),
        _ => false,
    };
    usable.then(|| id.clone())
}

fn refused(rejected: &Rejected) {
    let Rejected { id, error } = rejected;
    assert!(matches!(error.code, Code::Malformed | Code::BadRequest), "{error:?}");
    assert!(error.code == Code::BadRequest || id.is_none(), "what is not JSON has no id");
    answered(ServerFrame::Error { id: id.as_ref(), error }, id.as_ref());
}

fn carry_on(call: &Call<'_>) {
    match call.request() {
        Ok(request) => {
            assert_eq!(request.method(), call.method());
            keeps_its_meaning(&request);
        }
        Err(error) => {
            let unknown = !Request::METHODS.contains(&call.method());
            assert_eq!(error.code, if unknown { Code::UnknownMethod } else { Code::Invalid });
            answered(ServerFrame::Error { id: call.id.as_ref(), error: &error }, call.id.as_ref());
        }
    }
}

/// The frame of a refusal is JSON and names the request it refuses.
fn answered(frame: ServerFrame<'_>, id: Option<&RequestId>) {
    let frame: Value = serde_json::from_str(&frame.encode()).unwrap();
    assert_eq!(frame["id"], id.map_or(Value::Null, value));
}

/// A request that is written down and read again is the same one: repeats are told by that.
fn keeps_its_meaning(request: &Request) {
    let mut frame = serde_json::to_value(request).unwrap();
    frame["jsonrpc"] = json!("2.0");
    let text = frame.to_string();
    let again = Call::read(&text).unwrap().request().unwrap();
    assert_eq!(&again, request);
    assert_eq!(again.digest(), request.digest());
}
