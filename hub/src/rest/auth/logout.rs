//! `POST /api/auth/logout`.

use actix_web::{HttpRequest, HttpResponse, post, web};
use actors::sign_in::SignIns;
use serde::Deserialize;
use utoipa::ToSchema;

use super::grant::presented;
use crate::{
    auth::cookie,
    error::ApiError,
    hub::Hub,
    rest::{Body, client, refuses::Open},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Logout {
    /// Without it, our cookie.
    refresh_token: Option<String>,
    /// Ignored, as by a refresh: our own pages say it everywhere.
    #[serde(default, rename = "cookie")]
    _cookie: bool,
}

/// Ends the family of a refresh token. One that is none any more is no error: whoever leaves has left.
#[utoipa::path(
    tag = "signing in",
    request_body = Logout,
    responses((status = 204), (status = 401, description = "UNAUTHENTICATED: no token at all"), Open)
)]
#[post("/logout")]
pub(super) async fn logout(
    hub: web::Data<Hub>,
    request: HttpRequest,
    body: Body<Logout>,
) -> Result<HttpResponse, ApiError> {
    let (token, _) = presented(&hub, &request, body.0.refresh_token)?;
    if let Some(presented) = hub.refresh_tokens.read(&token) {
        SignIns::new(hub.ports.clone()).revoke(presented.family, Some(&client::trail(&request))).await?;
    }
    Ok(HttpResponse::NoContent().cookie(cookie::removing(&hub.public_origin())).finish())
}
