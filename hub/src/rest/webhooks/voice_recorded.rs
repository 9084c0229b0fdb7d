//! `POST /api/webhooks/twilio/{token}/voice/recorded`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::webhook::{VOICE_RECORDED_WEBHOOK, take};
use crate::rest::refuses::Called;

/// A caller left something, and is through. What is answered is what he hears.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, content_type = "text/xml", body = String), Called)
)]
#[post("/api/webhooks/twilio/{token}/voice/recorded")]
pub(super) async fn hear_voice_recorded(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &VOICE_RECORDED_WEBHOOK).await
}
