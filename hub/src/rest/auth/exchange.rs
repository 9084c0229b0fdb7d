//! `POST /api/auth/exchange`.

use actix_web::{HttpRequest, HttpResponse, middleware::from_fn, post, web};
use actors::sign_in::SignIns;
use entities::sign_in_code::CodePurpose;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    grant::{Tokens, good_until, grant},
    refused::admit,
};
use crate::{
    auth::{code, cookie, password},
    error::ApiError,
    hub::Hub,
    invalid::invalid_field,
    rest::{Body, client, limits, refuses::Open},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    /// What stands behind the `#` of the link.
    code: String,
    /// The password to have from now on. With `cookie` an invitation needs it.
    password: Option<String>,
    /// Put the refresh token into a cookie: our own pages only.
    #[serde(default)]
    cookie: bool,
}

/// Uses up the one-time code of a sign-in link (good for 15 minutes) or an invitation (7 days).
#[utoipa::path(
    tag = "signing in",
    request_body = Exchange,
    responses((status = 200, body = Tokens), (status = 410, description = "EXPIRED"), Open)
)]
#[post("/exchange", wrap = "from_fn(limits::attempts)")]
pub(super) async fn exchange(
    hub: web::Data<Hub>,
    request: HttpRequest,
    body: Body<Exchange>,
) -> Result<HttpResponse, ApiError> {
    let Exchange { code, password, cookie: in_cookie } = body.0;
    if in_cookie {
        cookie::require_own_origin(request.headers(), &hub.public_origin())?;
    }
    let (sign_ins, code) = (SignIns::new(hub.ports.clone()), code::hash(&code));
    let trail = client::trail(&request);
    let holder = sign_ins.check(code, Some(&trail)).await?;
    admit(&hub, holder.who, &trail).await?;
    if in_cookie && password.is_none() && holder.purpose == CodePurpose::Invitation {
        // Our page asks for one, while the code is still good.
        return Err(invalid_field("password", "is required with an invitation"));
    }
    let password_hash = match password {
        Some(password) => {
            password::check_new(&password)?;
            Some(hub.passwords.hash(password).await?)
        }
        None => None,
    };
    let (password, until) = (password_hash.as_deref(), good_until(&hub));
    let opened = sign_ins.exchange(code, password, until, Some(&trail)).await?;
    grant(&hub, opened, in_cookie).await
}
