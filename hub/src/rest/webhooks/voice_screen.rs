//! `POST /api/webhooks/twilio/{token}/voice/screen`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::voice::screen;
use crate::rest::refuses::Called;

/// A user who is called on a telephone picked up, or something else did. What is answered is who calls and which key to press.
#[utoipa::path(
    tag = "webhooks",
    params(
        ("token" = String, Path),
        ("call" = Uuid, Query),
        ("leg" = Uuid, Query),
        ("X-Twilio-Signature" = String, Header)
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, content_type = "text/xml", body = String), Called)
)]
#[post("/api/webhooks/twilio/{token}/voice/screen")]
pub(super) async fn ask_whether_he_takes_it(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    screen(&hub, (&request, &token), payload).await
}
