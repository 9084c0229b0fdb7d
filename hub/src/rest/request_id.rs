//! The id of a request: the client's own when it sends a sane one, else ours.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use uuid::Uuid;

/// The header it comes and goes with.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const MAX_LENGTH: usize = 64;

/// Names a request in answers, logs and audit entries. A handler takes it as an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The client's id if it has 1 to 64 letters, digits, `-`, `_`, `.`; anything else could forge a log line.
    pub fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(HEADER).and_then(|sent| sent.to_str().ok()).filter(|sent| is_sane(sent));
        Self(sent.map_or_else(|| Uuid::now_v7().to_string().into(), Arc::from))
    }

    /// The one the request was given when it came.
    pub fn given(request: &HttpRequest) -> Self {
        let given = request.extensions().get::<Self>().cloned();
        given.unwrap_or_else(|| Self::of(request.headers()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

fn is_sane(id: &str) -> bool {
    let good = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.');
    (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(good)
}

impl FromRequest for RequestId {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::given(request)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sent: &'static str) -> RequestId {
        RequestId::of(&std::iter::once((HEADER, HeaderValue::from_static(sent))).collect::<HeaderMap>())
    }

    #[test]
    fn a_sane_id_is_kept_and_any_other_replaced() {
        assert_eq!(of("job-7_a.b").as_str(), "job-7_a.b");
        for sent in ["", "two words", "x\"}", &"x".repeat(65).leak()[..]] {
            assert_eq!(Uuid::parse_str(of(sent).as_str()).unwrap().get_version_num(), 7, "{sent}");
        }
    }
}
