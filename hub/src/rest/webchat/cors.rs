//! Which pages may read what the widget asks: our own, and those the channel lists.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, HeaderMap, HeaderValue,
    ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use actors::channel::{Channel, WebchatSettings, store};

use crate::auth::token::Bearer;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::ws::handshake::Handshake;

/// The middleware of the routes a widget asks. A page that is not listed is refused, not only kept from reading: the
/// widget is for the pages its tenant names. Programs outside browsers send no origin and pass.
pub(in crate::rest) async fn around(
    hub: web::Data<Hub>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let channel = channel_of(&hub, &request).await?;
    if !is_listed(&hub, &origin, channel.as_ref()) {
        // It may read that it is refused, and nothing else.
        let refusal = ApiError::new(Code::Forbidden, "This page is not among the channel's allowed origins");
        return Ok(allowing(request.error_response(refusal), &origin));
    }
    let answer = next.call(request).await?.map_into_boxed_body();
    Ok(allowing(answer, &origin))
}

/// Without credentials: tokens travel in a header, which no page sends by itself.
pub(super) fn allow(headers: &mut HeaderMap, origin: &HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.append(VARY, HeaderValue::from_static("Origin"));
    headers
        .insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Retry-After, X-Request-Id"));
}

fn allowing(mut answer: ServiceResponse, origin: &HeaderValue) -> ServiceResponse {
    allow(answer.headers_mut(), origin);
    answer
}

/// The channel of the key in the path, or of the visitor's token.
async fn channel_of(hub: &Hub, request: &ServiceRequest) -> Result<Option<Channel>, ApiError> {
    let store = hub.ports.store();
    if let Some(key) = request.match_info().get("key") {
        let named = store::by_public_key_across_tenants(store, key).await?;
        return Ok(named.map(|(_, channel)| channel));
    }
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let token = header.and_then(|header| header.split_once(' ')).map(|(_, token)| token.trim());
    let verified = token.and_then(|token| hub.tokens.verify(token, hub.ports.now()).ok());
    match verified.map(|verified| verified.bearer) {
        Some(Bearer::Visitor(claims)) => Ok(store::get(store, claims.tenant_id, claims.channel_id).await?),
        Some(Bearer::User(_)) | None => Ok(None),
    }
}

fn is_listed(hub: &Hub, origin: &HeaderValue, channel: Option<&Channel>) -> bool {
    let listed = channel.map(|channel| WebchatSettings::stored(&channel.settings).allowed_origins);
    let listed = listed.unwrap_or_default();
    let headers = HeaderMap::from_iter([(ORIGIN, origin.clone())]);
    let page = Handshake::read(&headers);
    page.is_ok_and(|page| page.admit_origin(&hub.public_origin(), listed.iter().map(String::as_str)).is_ok())
}
