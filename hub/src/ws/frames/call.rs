//! The envelope of a request: JSON-RPC 2.0, read before anything is known about the method.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{Request, RequestId};
use crate::error::{ApiError, Code};

/// A request whose envelope is in order. Its params are not read yet, so it can be refused cheaply.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// `None`: a notification, which is carried out and never answered.
    pub id: Option<RequestId>,
    method: String,
    params: Option<&'a RawValue>,
}

/// A text that is no request. It is always answered, with `id: null` when it has no usable id.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    pub id: Option<RequestId>,
    /// MALFORMED, which counts against the socket, or BAD_REQUEST.
    pub error: ApiError,
}

impl<'a> Call<'a> {
    /// Reads the envelope.
    pub fn read(text: &'a str) -> Result<Self, Rejected> {
        let mut members: BTreeMap<String, &'a RawValue> =
            serde_json::from_str(text).map_err(|_| Rejected { id: None, error: not_an_object(text) })?;
        let raw_id = members.remove("id");
        let id = raw_id.and_then(RequestId::read);
        let bad = |reason: &str| Rejected { id: id.clone(), error: ApiError::new(Code::BadRequest, reason) };
        if raw_id.is_some() && id.is_none() {
            return Err(bad("id must be a string of at most 64 characters or an integer"));
        }
        if members.remove("jsonrpc").map(RawValue::get) != Some("\"2.0\"") {
            return Err(bad("jsonrpc must be \"2.0\""));
        }
        let Some(method) = members.remove("method").and_then(|raw| serde_json::from_str(raw.get()).ok())
        else {
            return Err(bad("method must be a string"));
        };
        let params = members.remove("params");
        if params.is_some_and(|params| !params.get().starts_with('{')) {
            return Err(bad("params must be an object"));
        }
        if let Some(unknown) = members.keys().next() {
            return Err(bad(&format!("{unknown} is not a member of a request")));
        }
        Ok(Self { id, method, params })
    }

    /// Reads the method and its params.
    ///
    /// # Errors
    /// UNKNOWN_METHOD, or INVALID with the members that are wrong.
    pub fn request(&self) -> Result<Request, ApiError> {
        Request::read(&self.method, self.params.map_or("{}", RawValue::get))
    }

    /// The name of the method, as the client wrote it: not a value for a metric's label.
    pub fn method(&self) -> &str {
        &self.method
    }
}

fn not_an_object(text: &str) -> ApiError {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return ApiError::new(Code::Malformed, "The frame is not JSON");
    }
    if text.trim_start().starts_with('[') {
        return ApiError::new(Code::BadRequest, "Batches are not served");
    }
    ApiError::new(Code::BadRequest, "A request is an object")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(text: &str) -> (Option<String>, Code) {
        let rejected = Call::read(text).unwrap_err();
        (rejected.id.map(|id| serde_json::to_string(&id).unwrap()), rejected.error.code)
    }

    #[test]
    fn an_id_is_echoed_as_it_came() {
        let long = format!("\"{}\"", "ü".repeat(64));
        for id in ["\"a\"", "\"\"", "0", "-7", "18446744073709551615", &long] {
            let text = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
            let call = Call::read(&text).unwrap();
            assert_eq!(serde_json::to_string(&call.id).unwrap(), id);
        }
    }

    #[test]
    fn other_ids_are_refused_and_not_echoed() {
        let long = format!("\"{}\"", "a".repeat(65));
        for id in ["null", "1.5", "1.0", "1e3", "true", "[]", "{}", "18446744073709551616", &long] {
            let text = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
            assert_eq!(rejected(&text), (None, Code::BadRequest), "{id}");
        }
    }

    #[test]
    fn without_an_id_it_is_a_notification() {
        assert_eq!(Call::read(r#"{"jsonrpc":"2.0","method":"ping"}"#).unwrap().id, None);
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for text in ["", "{", "hello", "[1,", r#"{"jsonrpc":"2.0","id":1,"method":"ping"}}"#, "{\"a\":\u{1}}"]
        {
            assert_eq!(rejected(text), (None, Code::Malformed), "{text}");
        }
    }

    #[test]
    fn json_that_is_no_request_is_a_bad_request() {
        for text in ["[]", r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, "1", "\"ping\"", "null", "{}"] {
            assert_eq!(rejected(text), (None, Code::BadRequest), "{text}");
        }
    }

    #[test]
    fn a_bad_envelope_is_answered_under_its_id() {
        for rest in [
            r#""method":"ping""#,
            r#""jsonrpc":"1.0","method":"ping""#,
            r#""jsonrpc":"2.0""#,
            r#""jsonrpc":"2.0","method":7"#,
            r#""jsonrpc":"2.0","method":"ping","params":[]"#,
            r#""jsonrpc":"2.0","method":"ping","params":null"#,
            r#""jsonrpc":"2.0","method":"ping","extra":1"#,
        ] {
            assert_eq!(
                rejected(&format!(r#"{{"id":"a",{rest}}}"#)),
                (Some("\"a\"".into()), Code::BadRequest),
                "{rest}"
            );
        }
    }

    #[test]
    fn depth_in_params_costs_no_stack() {
        let deep = "[".repeat(30_000) + &"]".repeat(30_000);
        let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":{deep}}}}}"#);
        let refusal = Call::read(&text).unwrap().request().unwrap_err();
        assert_eq!(refusal.code, Code::Invalid);
    }
}
