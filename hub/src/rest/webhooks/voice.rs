//! `POST|GET /api/webhooks/twilio/{token}/voice`.

use actix_web::{HttpRequest, HttpResponse, get, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::webhook::{VOICE_WEBHOOK, take};
use crate::rest::refuses::Called;

/// Somebody calls. What is answered is what the caller hears; the same call again is answered the same and has no second effect.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, content_type = "text/xml", body = String), Called)
)]
#[post("/api/webhooks/twilio/{token}/voice")]
pub(super) async fn hear_voice(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &VOICE_WEBHOOK).await
}

/// The same with everything in the query.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    responses((status = 200, content_type = "text/xml", body = String), Called)
)]
#[get("/api/webhooks/twilio/{token}/voice")]
pub(super) async fn hear_voice_by_query(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &VOICE_WEBHOOK).await
}
