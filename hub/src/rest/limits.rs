//! The limits of [`crate::limits`] on their way through a request.

use actix_web::{
    Error, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web,
};

use super::client;
use crate::{error::ApiError, hub::Hub, limits::is_counted};

/// The middleware of the whole door: counts requests of an address, and those that fail to authenticate once more.
pub async fn around(
    hub: web::Data<Hub>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !is_counted(request.path()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let address = client::address(request.request());
    if let Err(refusal) = hub.limits.request(address) {
        return Ok(request.error_response(refusal));
    }
    let answer = next.call(request).await?.map_into_boxed_body();
    let failed = answer.response().error().and_then(|error| error.as_error::<ApiError>()).cloned();
    let Some(failed) = failed.filter(|failed| failed.status_code() == StatusCode::UNAUTHORIZED) else {
        return Ok(answer);
    };
    let told = hub.limits.failed(address, failed.clone());
    if told == failed {
        return Ok(answer);
    }
    Ok(ServiceResponse::from_err(told, answer.request().clone()))
}

/// The middleware of a route that takes a password or a code: what was right does not count.
pub async fn attempts<B: MessageBody + 'static>(
    hub: web::Data<Hub>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let address = client::address(request.request());
    if let Err(refusal) = hub.limits.attempt(address) {
        return Ok(request.error_response(refusal).map_into_right_body());
    }
    let answer = next.call(request).await?;
    // Whoever is to choose his tenant had the right password.
    if answer.status().is_success() || answer.status() == StatusCode::CONFLICT {
        hub.limits.attempt_succeeded(address);
    }
    Ok(answer.map_into_left_body())
}
