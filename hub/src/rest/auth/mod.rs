//! `/api/auth`: how somebody comes in, stays in and leaves. One address has thirty attempts a minute at
//! passwords and codes; refresh tokens cannot be guessed, and a whole office may refresh behind one address.

mod exchange;
mod grant;
mod login;
mod logout;
mod password;
mod refresh;
mod refused;

use actors::sign_in::{NewCode, SignIns};
use entities::{TenantId, UserId, sign_in_code::CodePurpose};
use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::{
    auth::code::{self, OneTimeCode},
    error::ApiError,
    hub::Hub,
};

/// The routes of signing in.
pub fn routes(config: &mut ServiceConfig) {
    let doors = scope::scope("/api/auth")
        .service(login::login)
        .service(refresh::refresh)
        .service(exchange::exchange)
        .service(password::set_password)
        .service(logout::logout);
    config.service(doors);
}

/// A new one-time link of a user. Its code is in nobody's log and kept as a hash.
///
/// # Errors
/// UNAVAILABLE, INTERNAL.
pub async fn code_link(
    hub: &Hub,
    (tenant, user): (TenantId, UserId),
    purpose: CodePurpose,
) -> Result<String, ApiError> {
    let code = fresh_code(hub, purpose)?;
    SignIns::new(hub.ports.clone()).issue((tenant, user), purpose, &code).await?;
    Ok(code::link(&hub.public_origin(), &code.text))
}

/// A code nobody knows yet, for a room to keep.
///
/// # Errors
/// INTERNAL.
pub fn fresh_code(hub: &Hub, purpose: CodePurpose) -> Result<NewCode, ApiError> {
    let OneTimeCode { text, hash } = OneTimeCode::generate().map_err(ApiError::internal)?;
    Ok(NewCode { text, hash, expires_at: hub.ports.now().plus(code::ttl(purpose)) })
}
