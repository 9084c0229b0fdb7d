//! `POST|GET /api/webhooks/twilio/{token}/voice/status`.

use actix_web::{HttpRequest, HttpResponse, get, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::webhook::{VOICE_STATUS_WEBHOOK, take};
use crate::rest::refuses::Called;

/// A leg of a call came further. Whatever the order of its steps, the end is the same.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204), Called)
)]
#[post("/api/webhooks/twilio/{token}/voice/status")]
pub(super) async fn hear_voice_status(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &VOICE_STATUS_WEBHOOK).await
}

/// The same with everything in the query.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    responses((status = 204), Called)
)]
#[get("/api/webhooks/twilio/{token}/voice/status")]
pub(super) async fn hear_voice_status_by_query(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &VOICE_STATUS_WEBHOOK).await
}
