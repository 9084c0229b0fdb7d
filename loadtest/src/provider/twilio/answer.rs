//! Answers over HTTP.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderName, LOCATION};
use hyper::{Response, StatusCode};
use serde_json::Value;

use super::refusal::Refusal;

/// What a request comes to.
#[derive(Debug)]
pub(super) enum Answer {
    Json(u16, Value),
    Bytes {
        content_type: String,
        bytes: Bytes,
    },
    Redirect(String),
    /// It is done, and there is nothing to show.
    Nothing,
    /// The connection ends before a byte is said.
    Cut,
}

/// The connection is to be cut.
#[derive(Debug, thiserror::Error)]
#[error("cut")]
pub(super) struct Cut;

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Json(refusal.status, refusal.body())
    }
}

impl Answer {
    pub(super) fn into_response(self) -> Result<Response<Full<Bytes>>, Cut> {
        Ok(match self {
            Self::Json(status, body) => {
                response(status, (CONTENT_TYPE, "application/json"), body.to_string().into())
            }
            Self::Bytes { content_type, bytes } => response(200, (CONTENT_TYPE, &content_type), bytes),
            Self::Redirect(to) => response(307, (LOCATION, &to), Bytes::new()),
            Self::Nothing => {
                let mut response = Response::new(Full::new(Bytes::new()));
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            }
            Self::Cut => return Err(Cut),
        })
    }
}

fn response(status: u16, (name, value): (HeaderName, &str), body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // A content type that cannot be a header is not said at all.
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
    response
}
