//! Pages of others as this door meets them. One that is not allowed is refused, not only kept from reading; so whatever is
//! answered may be read by the page that asked.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderValue, ORIGIN, VARY,
        },
    },
    middleware::Next,
    web,
};
use actors::channel::store;

use crate::{
    auth::{
        extract,
        origin::{Lists, admit},
    },
    error::ApiError,
    hub::Hub,
};

/// What a page may send beside what every page may.
const SENT: &str = "Authorization, Content-Type, Idempotency-Key, X-Idempotency-Key, If-Match, X-Request-Id";
/// What a page may read beside what every page may.
const READ: &str = "ETag, Location, Retry-After, X-Request-Id";

/// The innermost middleware: by now it is known who asks, and so whose list of pages counts.
pub async fn around(
    hub: web::Data<Hub>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(page) = page(&request) else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    if request.method() == Method::OPTIONS {
        return Ok(request.into_response(may_ask()));
    }
    match judge(&hub, &request, page.to_str().unwrap_or_default()).await {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// The page that asks for data, when it is one.
pub(super) fn page(request: &ServiceRequest) -> Option<HeaderValue> {
    let page = request.headers().get(ORIGIN).cloned();
    page.filter(|_| request.path().starts_with("/api/"))
}

/// Lets the page read an answer. Without credentials: tokens travel in a header, which no page sends by itself.
pub(super) fn let_read(headers: &mut HeaderMap, page: &HeaderValue) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, page.clone());
    headers.append(VARY, HeaderValue::from_static("Origin"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READ));
}

/// Browsers ask before they ask. This allows the question, not the reading: nobody knows yet whose token will come.
fn may_ask() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, SENT))
        .insert_header((ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

async fn judge(hub: &Hub, request: &ServiceRequest, page: &str) -> Result<(), ApiError> {
    if let Some(lists) = of_webchat(hub, request.path()).await? {
        return admit(hub, page, Some(lists)).await;
    }
    match extract::identity(request) {
        Some(Ok(identity)) => {
            let lists = Lists { tenant: identity.tenant, channel: identity.channel_id };
            admit(hub, page, Some(lists)).await
        }
        // Whose page it is is not known because of the token: that is what it is told.
        Some(Err(refusal)) => admit(hub, page, None).await.map_err(|_| refusal),
        None => admit(hub, page, None).await,
    }
}

/// The web chat whose key stands in the path.
async fn of_webchat(hub: &Hub, path: &str) -> Result<Option<Lists>, ApiError> {
    let Some(rest) = path.strip_prefix("/api/webchat/") else { return Ok(None) };
    let key = rest.split('/').next().unwrap_or_default();
    let named = store::by_public_key_across_tenants(hub.ports.store(), key).await?;
    Ok(named.map(|(tenant, channel)| Lists { tenant, channel: Some(channel.id) }))
}
