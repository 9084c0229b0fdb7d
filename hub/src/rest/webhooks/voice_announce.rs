//! `POST /api/webhooks/twilio/{token}/voice/announce`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::voice::announce;
use crate::rest::refuses::Called;

/// What is to be said to a leg, or to everybody in the room. What is no longer awaited is silence.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("token" = String, Path),
        ("call" = Uuid, Query),
        ("leg" = Uuid, Query),
        ("say" = String, Query, description = "`notice` or `digits`"),
        ("X-Twilio-Signature" = String, Header)
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, content_type = "text/xml", body = String), Called)
)]
#[post("/api/webhooks/twilio/{token}/voice/announce")]
pub(super) async fn say_announcement(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    announce(&hub, (&request, &token), payload).await
}
