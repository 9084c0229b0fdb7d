//! `OPTIONS` on the routes a widget asks: browsers ask before they ask.
//!
//! The answer allows the question, not the reading: nobody knows yet whose token will come. What is asked then is judged by
//! [`super::cors`].

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_MAX_AGE, ORIGIN,
};
use actix_web::{HttpRequest, HttpResponse, options};

use super::cors;

/// Browsers ask before they ask; programs need not.
#[utoipa::path(tag = "webchat", params(("key" = String, Path)), responses((status = 204)))]
#[options("/api/webchat/{key}")]
pub(super) async fn of_webchat(request: HttpRequest) -> HttpResponse {
    answer(&request)
}

/// Browsers ask before they ask; programs need not.
#[utoipa::path(tag = "webchat", params(("key" = String, Path)), responses((status = 204)))]
#[options("/api/webchat/{key}/sessions")]
pub(super) async fn of_session(request: HttpRequest) -> HttpResponse {
    answer(&request)
}

/// Browsers ask before they ask; programs need not.
#[utoipa::path(tag = "webchat", params(("id" = Uuid, Path)), responses((status = 204)))]
#[options("/api/conversations/{id}/messages")]
pub(super) async fn of_messages(request: HttpRequest) -> HttpResponse {
    answer(&request)
}

fn answer(request: &HttpRequest) -> HttpResponse {
    let mut answer = HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Idempotency-Key"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, "600"))
        .finish();
    if let Some(origin) = request.headers().get(ORIGIN) {
        cors::allow(answer.headers_mut(), origin);
    }
    answer
}
