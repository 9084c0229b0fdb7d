//! How an error looks in a REST answer.

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::openapi::Verbs;
use crate::error::{ApiError, Code};

/// The body of every answer with a status from 400 on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refusal<'a> {
    /// What went wrong, for a person.
    #[schema(example = "There is no such thing")]
    pub error: &'a str,
    /// What went wrong, for a program; one of the documented codes.
    #[schema(example = "NOT_FOUND")]
    pub code: &'a str,
    /// Names the request in our logs; the same as the header `X-Request-Id`.
    pub request_id: Option<&'a str>,
    /// What the code promises beside itself; empty when it promises nothing.
    #[schema(value_type = Object)]
    pub details: &'a Map<String, Value>,
}

impl<'a> Refusal<'a> {
    pub fn new(error: &'a ApiError, request_id: Option<&'a str>) -> Self {
        Self { error: &error.message, code: error.code.name(), request_id, details: &error.details }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Without a request id: [`super::envelope`] writes the body once more with it.
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        if matches!(self.code, Code::Unauthenticated | Code::TokenExpired) {
            answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after_s() {
            answer.insert_header((RETRY_AFTER, seconds));
        }
        answer.json(Refusal::new(self, None))
    }
}

/// What somebody else's error of this status means in our vocabulary: actix's own extractors and files.
pub(super) fn of_status(status: StatusCode) -> ApiError {
    let code = match status {
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::Forbidden,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::UnknownMethod,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::NotJson,
        StatusCode::TOO_MANY_REQUESTS => Code::RateLimited,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        other if other.is_client_error() => Code::BadRequest,
        _ => Code::Internal,
    };
    code.into()
}

/// The service for everything no route was found for: a path that has other verbs says which.
pub async fn unknown_route(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let verbs = request.app_data::<web::Data<Verbs>>();
    let allowed = verbs.zip(request.match_pattern()).and_then(|(verbs, pattern)| verbs.allowed(&pattern));
    match allowed {
        // [`super::envelope`] writes the body.
        Some(allow) => Ok(HttpResponse::MethodNotAllowed().insert_header(allow).finish()),
        None => Err(Code::UnknownMethod.into()),
    }
}
