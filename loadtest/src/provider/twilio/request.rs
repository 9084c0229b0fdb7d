//! Requests over HTTP, read whole and taken apart.

use bytes::Bytes;
use data_encoding::BASE64;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::AUTHORIZATION;
use hyper::{Method, Request};

use super::form::Form;
use super::refusal::Refusal;

/// Enough for the media of one message in base64.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Form,
    pub(super) body: Bytes,
    /// The name and the password of basic authentication.
    basic: Option<(String, String)>,
}

impl Asked {
    pub(super) async fn read(request: Request<Incoming>) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        let header = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(|_| Refusal::TOO_LARGE)?;
        Ok(Self {
            method: head.method,
            path: head.uri.path().to_owned(),
            query: Form::parse(head.uri.query().unwrap_or_default().as_bytes()),
            body: body.to_bytes(),
            basic: header.and_then(basic),
        })
    }
}

fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let text = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (name.to_owned(), password.to_owned()))
}

/// Who may ask.
#[derive(Debug, Clone)]
pub(super) struct Credentials {
    pub(super) account: String,
    pub(super) token: String,
    /// A standard API key and its secret.
    pub(super) key: Option<(String, String)>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    Account,
    /// May do everything but see the account itself.
    StandardKey,
}

impl Credentials {
    pub(super) fn caller(&self, asked: &Asked) -> Result<Caller, Refusal> {
        let (name, password) = asked.basic.as_ref().ok_or(Refusal::AUTHENTICATE)?;
        if (name, password) == (&self.account, &self.token) {
            return Ok(Caller::Account);
        }
        match &self.key {
            Some((sid, secret)) if (name, password) == (sid, secret) => Ok(Caller::StandardKey),
            _ => Err(Refusal::AUTHENTICATE),
        }
    }
}
