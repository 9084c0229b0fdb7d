//! `POST /api/webhooks/twilio/{token}/voice/transcript`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::webhook::{VOICE_TRANSCRIPT_WEBHOOK, take};
use crate::rest::refuses::Called;

/// What a caller said is written down. It is redacted before any of it is stored.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204), Called)
)]
#[post("/api/webhooks/twilio/{token}/voice/transcript")]
pub(super) async fn hear_voice_transcript(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &VOICE_TRANSCRIPT_WEBHOOK).await
}
