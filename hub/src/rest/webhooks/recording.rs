//! `POST /api/webhooks/twilio/{token}/recording`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::webhook::{RECORDING_WEBHOOK, take};
use crate::rest::refuses::Called;

/// A recording came further.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204), Called)
)]
#[post("/api/webhooks/twilio/{token}/recording")]
pub(super) async fn hear_recording(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &RECORDING_WEBHOOK).await
}
