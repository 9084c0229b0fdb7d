//! What a sign-in answers: an access token, and the refresh token in the body or in a cookie of ours.

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL};
use actors::{sign_in::Rotated, user::User};
use entities::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{Bearer, cookie, identify::active_user, token::UserClaims},
    error::{ApiError, Code},
    hub::Hub,
    rest::users::schema,
};

/// The answer to a sign-in, as the contract describes it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Granted` writes")]
pub(super) struct Tokens {
    access_token: String,
    /// `Bearer`.
    token_type: String,
    /// Seconds.
    expires_in: u64,
    /// Absent when it is in the cookie.
    refresh_token: Option<String>,
    user: schema::User,
}

#[derive(Serialize)]
struct Granted {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    user: User,
}

/// Answers with the tokens of a rotated family, when its user may still come in.
///
/// # Errors
/// NOT_A_MEMBER when he may not.
pub(super) async fn grant(hub: &Hub, rotated: Rotated, in_cookie: bool) -> Result<HttpResponse, ApiError> {
    let row = active_user(hub, rotated.tenant, rotated.user).await?;
    let claims = UserClaims {
        user_id: row.id,
        tenant_id: rotated.tenant,
        role: row.role,
        boards: row.boards.as_ref().map(|boards| boards.0.clone()),
        sign_in_id: Some(rotated.family),
    };
    let (now, ttl) = (hub.ports.now(), hub.settings.auth.access_ttl());
    let access_token = hub.tokens.mint(Bearer::User(claims), hub.ports.draw(), now, ttl);
    let refresh_token = hub.refresh_tokens.mint(rotated.family, rotated.generation);
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, "no-store"));
    if in_cookie {
        let max_age = hub.settings.auth.refresh_ttl_s;
        answer.cookie(cookie::carrying(refresh_token.clone(), max_age, &hub.public_origin()));
    }
    Ok(answer.json(Granted {
        access_token: access_token.map_err(ApiError::internal)?,
        token_type: "Bearer",
        expires_in: hub.settings.auth.access_ttl_s,
        refresh_token: (!in_cookie).then_some(refresh_token),
        user: User::from(&row),
    }))
}

/// Who does not come back until then is signed out.
pub(super) fn good_until(hub: &Hub) -> Timestamp {
    hub.ports.now().plus(hub.settings.auth.refresh_ttl())
}

/// The refresh token of a request: in its body, or in our cookie when our own page asks. True: it was the cookie.
///
/// # Errors
/// UNAUTHENTICATED without one, FORBIDDEN when another site's page sent the cookie.
pub(super) fn presented(
    hub: &Hub,
    request: &HttpRequest,
    body: Option<String>,
) -> Result<(String, bool), ApiError> {
    if let Some(token) = body {
        return Ok((token, false));
    }
    let found = request.cookie(cookie::NAME).ok_or(Code::Unauthenticated)?;
    cookie::require_own_origin(request.headers(), &hub.public_origin())?;
    Ok((found.value().to_owned(), true))
}
