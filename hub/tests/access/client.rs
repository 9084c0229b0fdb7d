//! Requests as they are on the wire, header by header, and what they are answered.

use std::sync::atomic::Ordering;

use reqwest::{
    Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::Value;

use super::house::House;

/// A request that is being put together.
pub(crate) struct Wire(RequestBuilder);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// `null` when there is none.
    pub(crate) body: Value,
}

impl House {
    pub(crate) fn ask(&self, method: Method, path: &str) -> Wire {
        let caller = self.callers.fetch_add(1, Ordering::Relaxed);
        self.ask_from(&format!("203.0.113.{caller}"), method, path)
    }

    /// The same from a certain address.
    pub(crate) fn ask_from(&self, address: &str, method: Method, path: &str) -> Wire {
        let request = self.http.request(method, format!("http://{}{path}", self.address));
        Wire(request.header("x-forwarded-for", address))
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Answer {
        self.ask(Method::GET, path).bearer(token).send().await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path).bearer(token).json(&body).send().await
    }

    pub(crate) async fn patch(&self, token: &str, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path).bearer(token).json(&body).send().await
    }

    pub(crate) async fn delete(&self, token: &str, path: &str) -> Answer {
        self.ask(Method::DELETE, path).bearer(token).send().await
    }

    /// One of the doors that ask for no token.
    pub(crate) async fn knock(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path).json(&body).send().await
    }
}

impl Wire {
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text("application/json", body.to_string())
    }

    pub(crate) fn text(self, kind: &str, body: impl Into<String>) -> Self {
        Self(self.0.header(CONTENT_TYPE, kind).body(body.into()))
    }

    pub(crate) async fn send(self) -> Answer {
        let answer = self.0.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Answer { status, headers, body }
    }
}

impl Answer {
    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    /// The first field that is refused.
    pub(crate) fn field(&self) -> &str {
        self.body["details"]["fields"][0]["field"].as_str().unwrap_or_default()
    }

    /// Empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body of an answer that must have this status.
    pub(crate) fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The details of a refusal that must have this status and code, in the form all refusals have.
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.refusal(), (status, code), "{}", self.body);
        assert!(!self.body["error"].as_str().unwrap().is_empty(), "a word for a person");
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        self.body["details"].clone()
    }

    /// The first field of a refusal that must be about fields.
    pub(crate) fn invalid(self) -> String {
        assert_eq!(self.refusal(), (422, "INVALID"), "{}", self.body);
        self.field().to_owned()
    }
}
