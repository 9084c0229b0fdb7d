//! What every request passes first and last: an id, a span, a measurement, and JSON for whatever went wrong.

use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, ResponseError};
use tracing::{Instrument, Span};

use super::headers::Headers;
use super::refusal::{Refusal, of_status};
use super::request_id::{HEADER, RequestId};
use crate::error::{ApiError, Code};
use crate::telemetry;

/// The outermost middleware: `App::new().wrap(from_fn(envelope::around))`.
pub async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let (id, own) = (RequestId::of(request.headers()), Headers::of(&request));
    let method = request.method().clone();
    let span = telemetry::request_span(id.as_str(), method.as_str(), request.path());
    request.extensions_mut().insert(id.clone());
    let outcome = next.call(request).instrument(span.clone()).await;
    let _in_span = span.enter();
    match outcome {
        Ok(answer) => {
            let route = answer.request().match_pattern();
            measure(method.as_str(), route, answer.status(), began);
            let mut answer = finished(answer.map_into_boxed_body(), &id);
            own.add_to(answer.headers_mut());
            Ok(answer)
        }
        Err(error) => {
            // A middleware's refusal comes without its request; it gets the same body all the same.
            let refusal = refusal_of(&error);
            let mut answer = refusal.error_response().set_body(BoxBody::new(text(&refusal, &id)));
            name(answer.headers_mut(), &id);
            own.add_to(answer.headers_mut());
            measure(method.as_str(), None, answer.status(), began);
            Err(InternalError::from_response(error, answer).into())
        }
    }
}

fn finished(mut answer: ServiceResponse, id: &RequestId) -> ServiceResponse {
    name(answer.headers_mut(), id);
    match refusal_in(&answer) {
        Some(refusal) => answer.map_body(|head, _| {
            head.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            BoxBody::new(text(&refusal, id))
        }),
        None => answer,
    }
}

fn name(headers: &mut HeaderMap, id: &RequestId) {
    if let Some(id) = id.to_header() {
        headers.insert(HEADER, id);
    }
}

/// The refusal an answer stands for: a handler's error, or an error status with nothing to read.
fn refusal_in(answer: &ServiceResponse) -> Option<ApiError> {
    if let Some(error) = answer.response().error() {
        return Some(refusal_of(error));
    }
    let failed = answer.status().is_client_error() || answer.status().is_server_error();
    let empty = matches!(answer.response().body().size(), BodySize::None | BodySize::Sized(0));
    (failed && empty).then(|| of_status(answer.status()))
}

fn refusal_of(error: &Error) -> ApiError {
    if let Some(refusal) = error.as_error::<ApiError>() {
        return refusal.clone();
    }
    let refusal = of_status(error.as_response_error().status_code());
    if refusal.code == Code::Internal { ApiError::internal(error) } else { refusal }
}

fn text(refusal: &ApiError, id: &RequestId) -> String {
    serde_json::to_string(&Refusal::new(refusal, Some(id.as_str()))).unwrap_or_default()
}

/// The route is the pattern, not the path: paths hold ids, and every id would be a series of its own.
fn measure(method: &str, route: Option<String>, status: StatusCode, began: Instant) {
    Span::current().record("http.status", status.as_u16());
    tracing::debug!(elapsed_ms = began.elapsed().as_millis(), "request answered");
    let labels = [
        ("method", method.to_owned()),
        ("route", route.unwrap_or_else(|| "none".to_owned())),
        ("status", status.as_str().to_owned()),
    ];
    ::metrics::histogram!("http_request_seconds", &labels).record(began.elapsed().as_secs_f64());
}
