//! `POST /api/webhooks/twilio/{token}/voice/named`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::webhook::{VOICE_NAMED_WEBHOOK, take};
use crate::rest::refuses::Called;

/// A caller said his name, or nothing. What is answered is the room he waits in, whatever he said.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("token" = String, Path),
        ("room" = String, Query, description = "Where he waits when nothing can be kept"),
        ("X-Twilio-Signature" = String, Header)
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, content_type = "text/xml", body = String), Called)
)]
#[post("/api/webhooks/twilio/{token}/voice/named")]
pub(super) async fn hear_voice_named(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &VOICE_NAMED_WEBHOOK).await
}
