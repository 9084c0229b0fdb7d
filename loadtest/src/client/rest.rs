//! A thin REST client: what the scenarios need, and no more.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::ClientError;

/// Speaks to `/api` of one hub, with or without a token.
#[derive(Debug, Clone)]
pub struct Rest {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// The answer to a login.
#[derive(Debug, Clone, Deserialize)]
pub struct SignedIn {
    pub access_token: String,
    pub refresh_token: Option<String>,
    pub expires_in: u64,
}

/// The answer to opening the chat widget.
#[derive(Debug, Clone, Deserialize)]
pub struct VisitorSession {
    pub token: String,
    pub contact_id: String,
    pub conversation_id: String,
    pub resumed: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Conversation {
    pub id: String,
    pub status: String,
    pub rev: u64,
}

/// A message as the hub keeps it.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredMessage {
    pub id: String,
    pub conversation_id: String,
    pub body: String,
    pub client_id: Option<String>,
    pub status: String,
    pub error: Option<MessageError>,
    pub seq: u64,
}

/// Why a message did not arrive, or what is in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MessageError {
    pub code: String,
    pub message: String,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    code: String,
    #[serde(default)]
    details: Value,
}

impl Rest {
    /// `base` is `http://host:port`.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new(base: impl Into<String>, token: Option<String>) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(15))
            .build()
            .map_err(|error| ClientError::Wrong(format!("no HTTP client: {error}")))?;
        Ok(Self { http, base: base.into(), token })
    }

    /// The same as somebody else, over the same connections.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same at another node of the hub.
    #[must_use]
    pub fn at(&self, node: SocketAddr) -> Self {
        Self { base: format!("http://{node}"), ..self.clone() }
    }

    /// Signs in with a password.
    ///
    /// # Errors
    /// When the hub refuses.
    pub async fn login(&self, email: &str, password: &str) -> Result<SignedIn, ClientError> {
        self.post("/api/auth/login", &json!({ "email": email, "password": password })).await
    }

    /// Opens the chat widget of a channel as a new visitor.
    ///
    /// # Errors
    /// When the hub refuses.
    pub async fn visit(&self, webchat_key: &str, name: &str) -> Result<VisitorSession, ClientError> {
        self.post(&format!("/api/webchat/{webchat_key}/sessions"), &json!({ "name": name })).await
    }

    /// # Errors
    /// When the hub refuses.
    pub async fn conversation(&self, id: &str) -> Result<Conversation, ClientError> {
        self.get(&format!("/api/conversations/{id}")).await
    }

    /// Every message of a conversation, oldest first, page by page.
    ///
    /// # Errors
    /// When the hub refuses, or pages do not ascend.
    pub async fn messages(&self, conversation: &str) -> Result<Vec<StoredMessage>, ClientError> {
        let mut all: Vec<StoredMessage> = Vec::new();
        let mut before = None;
        loop {
            let page: List<StoredMessage> = self.get(&page_of(conversation, before)).await?;
            let Some(oldest) = page.data.iter().map(|message| message.seq).min() else { break };
            if before.is_some_and(|before| oldest >= before) {
                return Err(ClientError::Wrong(format!("messages before {before:?} begin at {oldest}")));
            }
            before = Some(oldest);
            all.extend(page.data);
        }
        all.sort_by_key(|message| message.seq);
        Ok(all)
    }

    /// One page of any list, with the cursor of the next.
    ///
    /// # Errors
    /// When the hub refuses.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<(Vec<T>, Option<String>), ClientError> {
        let page: List<T> = self.get(path).await?;
        Ok((page.data, page.next_cursor))
    }

    /// All of any list, page by page; `path` has a query.
    ///
    /// # Errors
    /// When the hub refuses.
    pub async fn all<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, ClientError> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = cursor.map_or(path.to_owned(), |cursor| format!("{path}&cursor={cursor}"));
            let (items, next) = self.list(&page).await?;
            all.extend(items);
            cursor = next;
            if cursor.is_none() {
                return Ok(all);
            }
        }
    }

    /// The bytes behind a link of the hub, which says itself who may have them.
    ///
    /// # Errors
    /// `Unreachable`, or `Refused`.
    pub async fn bytes(&self, link: &str) -> Result<Bytes, ClientError> {
        let url = if link.starts_with('/') { format!("{}{link}", self.base) } else { link.to_owned() };
        let answer = self.http.get(url).send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        if status.is_success() { Ok(body) } else { Err(refused("a link of the hub", status, &body)) }
    }

    /// # Errors
    /// `Unreachable`, `Refused`, or `Wrong` when the body is not of the shape `R`.
    pub async fn get<R: DeserializeOwned>(&self, path: &str) -> Result<R, ClientError> {
        self.carry_out(path, self.request(Method::GET, path)).await
    }

    /// # Errors
    /// As [`Rest::get`].
    pub async fn post<R: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<R, ClientError> {
        self.carry_out(path, self.request(Method::POST, path).json(body)).await
    }

    /// # Errors
    /// As [`Rest::get`].
    pub async fn patch<R: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<R, ClientError> {
        self.carry_out(path, self.request(Method::PATCH, path).json(body)).await
    }

    /// # Errors
    /// As [`Rest::get`].
    pub async fn put<R: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<R, ClientError> {
        self.carry_out(path, self.request(Method::PUT, path).json(body)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn carry_out<R: DeserializeOwned>(
        &self,
        path: &str,
        request: RequestBuilder,
    ) -> Result<R, ClientError> {
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        if !status.is_success() {
            return Err(refused(path, status, &body));
        }
        serde_json::from_slice(&body)
            .map_err(|error| ClientError::Wrong(format!("{path} answered {status}: {error}")))
    }

    fn unreachable(&self, error: &reqwest::Error) -> ClientError {
        ClientError::Unreachable { url: self.base.clone(), reason: error.to_string() }
    }
}

fn page_of(conversation: &str, before: Option<u64>) -> String {
    let path = format!("/api/conversations/{conversation}/messages?limit=200");
    before.map_or(path.clone(), |before| format!("{path}&before={before}"))
}

fn refused(path: &str, status: StatusCode, body: &[u8]) -> ClientError {
    match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal) => ClientError::Refused {
            what: path.into(),
            retryable: status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error(),
            code: refusal.code,
            message: refusal.error,
            details: refusal.details,
        },
        Err(_) => ClientError::Wrong(format!("{path} answered {status} without an error of the catalogue")),
    }
}
