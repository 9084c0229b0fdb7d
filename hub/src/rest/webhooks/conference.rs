//! `POST /api/webhooks/twilio/{token}/conference`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::webhook::{CONFERENCE_WEBHOOK, take};
use crate::rest::refuses::Called;

/// Something happened in the room of a call.
#[utoipa::path(
    tag = "webhooks",
    params(("token" = String, Path), ("X-Twilio-Signature" = String, Header)),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204), Called)
)]
#[post("/api/webhooks/twilio/{token}/conference")]
pub(super) async fn hear_conference(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    take(&hub, (&request, &token), payload, &CONFERENCE_WEBHOOK).await
}
