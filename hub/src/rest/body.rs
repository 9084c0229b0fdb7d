//! JSON bodies: read whole, bounded, and refused with the field named.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::error::{ApiError, Code};
use crate::invalid::unreadable;

/// The largest body; put into the app's data. Without it 1 MiB.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimit(pub usize);

impl Default for BodyLimit {
    fn default() -> Self {
        Self(1_048_576)
    }
}

/// A JSON body of type `T`, which should `deny_unknown_fields`. Refusals: NOT_JSON, TOO_LARGE, MALFORMED, INVALID.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limit = request.app_data::<BodyLimit>().copied().unwrap_or_default().0;
        let json = is_json(request);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            if !json {
                return Err(Code::NotJson.into());
            }
            let payload = payload.await.map_err(|_| Code::BadRequest)?;
            let read = payload.to_bytes_limited(limit).await;
            let bytes = read.map_err(|_| ApiError::from(Code::TooLarge).with("limit", limit))?;
            parse(&bytes.map_err(|_| Code::BadRequest)?).map(Self)
        })
    }
}

/// Reads JSON text. Used by both doors' bodies.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| if error.inner().is_data() { unreadable(&error) } else { Code::Malformed.into() })?;
    reader.end().map_err(|_| Code::Malformed)?;
    Ok(value)
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}
