//! `Idempotency-Key`: the same request twice has one effect and one answer.
//!
//! A success is remembered by the room, in the commit of its effect. A refusal has no commit of its own, so it is
//! remembered here, after it was given. Either is found again before anything is done.

use actix_web::{
    Error, HttpMessage, HttpRequest, ResponseError,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};
use actors::journal::{Answer, Answered, Commit, Fence, Lasting, answered};
use entities::{Digest, Principal, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::body::BodyLimit;
use crate::{
    error::{ApiError, Code},
    hub::Hub,
};

const HEADERS: [&str; 2] = ["idempotency-key", "x-idempotency-key"];
const LONGEST: usize = 255;

/// A request that may come again: under which key, and what it asks.
#[derive(Clone, Debug)]
pub struct Repeatable {
    /// The header's; without one the body may name itself by `client_id`.
    key: Option<String>,
    digest: Digest,
}

/// The fence of a request that named one, noted for remembering its refusal.
#[derive(Clone)]
struct Noted {
    tenant: TenantId,
    fence: Fence,
}

/// A refusal as it is remembered.
#[derive(Serialize, Deserialize)]
struct Remembered {
    refused: Refused,
}

#[derive(Serialize, Deserialize)]
struct Refused {
    code: String,
    message: String,
    details: Map<String, Value>,
}

impl Repeatable {
    /// The fence of this request: the header's key, else the `client_id` of its body.
    #[must_use]
    pub fn fence(&self, principal: Principal, client_id: Option<&str>) -> Option<Fence> {
        let key = match (&self.key, client_id) {
            (Some(key), _) => key.clone(),
            (None, Some(client_id)) => format!("client:{client_id}"),
            (None, None) => return None,
        };
        Some(Fence { principal, key, request: self.digest, lasting: Lasting::Day })
    }
}

/// What the middleware noted of a request; nothing on a method that repeats harmlessly by itself.
#[must_use]
pub fn of(request: &HttpRequest) -> Option<Repeatable> {
    request.extensions().get::<Repeatable>().cloned()
}

/// Looks whether the request was refused before, and notes its fence so that a refusal is remembered.
///
/// # Errors
/// The refusal of then; IDEMPOTENCY_MISMATCH when the key was used for another request; UNAVAILABLE.
pub async fn check(
    hub: &Hub,
    request: &HttpRequest,
    tenant: TenantId,
    principal: Principal,
) -> Result<(), ApiError> {
    let Some(fence) = of(request).and_then(|repeatable| repeatable.fence(principal, None)) else {
        return Ok(());
    };
    match answered(hub.ports.store(), tenant, &fence).await? {
        Some(answered) => again(&answered, &fence)?,
        None => {
            request.extensions_mut().insert(Noted { tenant, fence });
        }
    }
    Ok(())
}

fn again(answered: &Answered, fence: &Fence) -> Result<(), ApiError> {
    if answered.request != fence.request {
        return Err(Code::IdempotencyMismatch.into());
    }
    // What is no refusal is the room's own answer, and the room repeats it.
    let Ok(Remembered { refused }) = serde_json::from_str(&answered.body) else { return Ok(()) };
    let code = Code::ALL.iter().copied().find(|code| code.name() == refused.code).unwrap_or(Code::Internal);
    Err(ApiError { code, message: refused.message, details: refused.details })
}

/// The middleware around the routes: reads a POST's body for its digest, and remembers refusals.
pub async fn around(
    hub: web::Data<Hub>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if *request.method() == Method::POST && !keeps_nothing(request.path()) {
        note(&mut request).await?;
    }
    let answer = next.call(request).await?;
    let noted = answer.request().extensions().get::<Noted>().cloned();
    if let (Some(noted), Some(refusal)) = (noted, refusal(&answer)) {
        remember(&hub, noted, refusal).await;
    }
    Ok(answer)
}

/// Where nobody has signed in yet there is nobody to remember a key for; an answer with a secret is not kept; a file is not
/// read whole to be compared with another; and what providers send has a fence of its own.
fn keeps_nothing(path: &str) -> bool {
    path == "/api/api-keys"
        || path.starts_with("/api/webhooks/twilio/")
        || path == "/api/attachments"
        || path.starts_with("/api/auth")
        || (path.starts_with("/api/webchat/") && path.ends_with("/sessions"))
}

async fn note(request: &mut ServiceRequest) -> Result<(), ApiError> {
    let limit = request.app_data::<BodyLimit>().copied().unwrap_or_default().0;
    let header = HEADERS.iter().find_map(|name| request.headers().get(*name)).cloned();
    let key = header.map(|value| value.to_str().map(str::to_owned)).transpose();
    let key =
        key.ok().filter(|key| key.as_ref().is_none_or(|key| (1..=LONGEST).contains(&key.chars().count())));
    let Some(key) = key else {
        return Err(crate::invalid::invalid_field("Idempotency-Key", "must have 1 to 255 characters"));
    };
    let route = format!("{} {}", request.method(), request.path());
    let body = request.extract::<web::Payload>().await.map_err(|_| Code::BadRequest)?;
    let read = body.to_bytes_limited(limit).await;
    let bytes = read.map_err(|_| ApiError::from(Code::TooLarge).with("limit", limit))?;
    let bytes = bytes.map_err(|_| Code::BadRequest)?;
    let digest = Digest::of(&[route.as_bytes(), b"\0", &canonical(&bytes)].concat());
    request.set_payload(Payload::from(bytes));
    let key = key.map(|key| format!("{route} {key}"));
    request.extensions_mut().insert(Repeatable { key, digest });
    Ok(())
}

/// The body without what does not matter: space, and the order of members.
fn canonical(bytes: &[u8]) -> Vec<u8> {
    let value: Result<Value, _> = serde_json::from_slice(bytes);
    value.map_or_else(|_| bytes.to_vec(), |value| sorted(value).to_string().into_bytes())
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        value => value,
    }
}

/// The refusal an answer carries, if it is one of those that are given again.
fn refusal(answer: &ServiceResponse<impl MessageBody>) -> Option<ApiError> {
    let error = answer.response().error()?.as_error::<ApiError>()?;
    let status = error.status_code();
    let again = status.is_client_error() && !matches!(status.as_u16(), 401 | 409 | 429);
    again.then(|| error.clone())
}

/// A refusal that cannot be remembered is given all the same.
async fn remember(hub: &Hub, noted: Noted, refusal: ApiError) {
    let refused =
        Refused { code: refusal.code.name().to_owned(), message: refusal.message, details: refusal.details };
    let body = serde_json::to_string(&Remembered { refused }).unwrap_or_default();
    let answer = Answer { fence: noted.fence, body, seq_of: None, contact_id: None };
    let commit = Commit::new(noted.tenant, hub.ports.now(), Vec::new(), Vec::new()).answering(Some(answer));
    if let Err(error) = hub.ports.journal.commit(commit).await {
        tracing::debug!(%error, "a refusal is not remembered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_and_space_do_not_matter() {
        assert_eq!(
            canonical(br#"{"b":1,"a":[{"d":1,"c":2}]}"#),
            canonical(b"{ \"a\": [{\"c\":2,\"d\":1}], \"b\": 1 }")
        );
        assert_ne!(canonical(br#"{"a":1}"#), canonical(br#"{"a":2}"#));
        assert_eq!(canonical(b"not json"), b"not json");
    }

    #[test]
    fn a_header_goes_before_the_body() {
        let digest = Digest::of(b"");
        let fence = |key: Option<&str>, client_id| {
            let key = key.map(str::to_owned);
            Repeatable { key, digest }.fence(Principal::System, client_id).map(|fence| fence.key)
        };
        assert_eq!(fence(Some("POST /x 1"), Some("2")).as_deref(), Some("POST /x 1"));
        assert_eq!(fence(None, Some("2")).as_deref(), Some("client:2"));
        assert_eq!(fence(None, None), None);
    }
}
