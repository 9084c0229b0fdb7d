//! One who asks: over HTTP, with a token or without.

use reqwest::{
    Method, RequestBuilder,
    header::HeaderMap,
    multipart::{Form, Part},
};
use serde_json::Value;

use super::house::House;

/// Somebody with his token, at one hub.
#[derive(Clone)]
pub(crate) struct Asking {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// `null` when there is none.
    pub(crate) body: Value,
}

impl Asking {
    pub(crate) fn with(house: &House, token: String) -> Self {
        Self { token: Some(token), ..Self::nobody(house) }
    }

    pub(crate) fn nobody(house: &House) -> Self {
        let base = format!("http://{}", house.address);
        Self { http: reqwest::Client::new(), base, token: None }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answered(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        answered(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, key: &str, body: Value) -> Answer {
        answered(self.request(Method::POST, path).header("Idempotency-Key", key).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        answered(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn patch_if(&self, path: &str, rev: i64, body: Value) -> Answer {
        let request = self.request(Method::PATCH, path).header("If-Match", format!("\"{rev}\""));
        answered(request.json(&body)).await
    }

    /// Uploads a file in the form a browser sends.
    pub(crate) async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        self.send_form(Form::new().part("file", part)).await
    }

    pub(crate) async fn send_form(&self, form: Form) -> Answer {
        answered(self.request(Method::POST, "/api/attachments").multipart(form)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        answered(self.request(Method::DELETE, path)).await
    }

    /// Asked on a page of `origin`.
    pub(crate) async fn asked_on(&self, origin: &str, method: Method, path: &str) -> Answer {
        answered(self.request(method, path).header("Origin", origin).json(&Value::Object(Default::default())))
            .await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

pub(crate) async fn answered(request: RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let bytes = answer.bytes().await.unwrap();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    Answer { status, headers, body }
}

impl Answer {
    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }

    /// The member that is refused.
    pub(crate) fn field(&self) -> &str {
        self.body["details"]["fields"][0]["field"].as_str().unwrap_or_default()
    }

    /// A header, empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let rows = self.body["data"].as_array().unwrap();
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }
}
