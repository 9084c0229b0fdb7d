//! `POST /api/auth/refresh`.

use actix_web::{HttpRequest, HttpResponse, post, web};
use actors::sign_in::SignIns;
use serde::Deserialize;
use utoipa::ToSchema;

use super::grant::{Tokens, good_until, grant, presented};
use crate::{
    auth::identify::admit_user,
    error::{ApiError, Code},
    hub::Hub,
    rest::{Body, client, refuses::Open},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Refresh {
    /// Without it, our cookie.
    refresh_token: Option<String>,
    /// Ignored: a token that came in the cookie is answered in the cookie.
    #[serde(default, rename = "cookie")]
    _cookie: bool,
}

/// Rotates a refresh token. The one just replaced gets the same successor for ten seconds; an older one ends the family.
#[utoipa::path(
    tag = "signing in",
    request_body = Refresh,
    responses((status = 200, body = Tokens), (status = 401, description = "UNAUTHENTICATED, TOKEN_EXPIRED"), Open)
)]
#[post("/refresh")]
pub(super) async fn refresh(
    hub: web::Data<Hub>,
    request: HttpRequest,
    body: Body<Refresh>,
) -> Result<HttpResponse, ApiError> {
    let trail = client::trail(&request);
    let (token, in_cookie) = presented(&hub, &request, body.0.refresh_token)?;
    let presented = hub.refresh_tokens.read(&token).ok_or(Code::Unauthenticated)?;
    let sign_ins = SignIns::new(hub.ports.clone());
    if let Some(who) = sign_ins.holder(presented.family).await? {
        admit_user(&hub, who, trail.ip).await?;
    }
    let presented = (presented.family, presented.generation);
    let rotated = sign_ins.rotate(presented, good_until(&hub), Some(&trail)).await?;
    grant(&hub, rotated, in_cookie).await
}
