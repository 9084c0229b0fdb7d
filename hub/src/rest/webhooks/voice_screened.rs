//! `POST /api/webhooks/twilio/{token}/voice/screened`.

use actix_web::{HttpRequest, HttpResponse, post, web};

use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::twilio::voice::screened;
use crate::rest::refuses::Called;

/// He pressed a key. With 1 he is put through, unless the call is over or goes on without him; else he is hung up on.
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
#[post("/api/webhooks/twilio/{token}/voice/screened")]
pub(super) async fn put_through_who_takes_it(
    hub: web::Data<Hub>,
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    screened(&hub, (&request, &token), payload).await
}
