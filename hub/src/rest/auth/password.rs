//! `POST /api/auth/password`.

use actix_web::{HttpResponse, middleware::from_fn, post, web};
use actors::user::Users;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    auth::{extract::Caller, password},
    error::{ApiError, Code},
    hub::Hub,
    invalid::invalid_field,
    rest::{Body, limits, refuses::Writing},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    /// The present one; not needed by somebody who has none yet.
    current: Option<String>,
    password: String,
}

/// Sets the caller's password, and signs him out everywhere else. A wrong `current` is INVALID: the token is good.
#[utoipa::path(
    tag = "signing in",
    request_body = NewPassword,
    responses((status = 204), Writing)
)]
#[post("/password", wrap = "from_fn(limits::attempts)")]
pub(super) async fn set_password(
    hub: web::Data<Hub>,
    caller: Caller,
    body: Body<NewPassword>,
) -> Result<HttpResponse, ApiError> {
    let NewPassword { current, password } = body.0;
    let (users, tenant) = (Users::new(hub.ports.clone()), caller.tenant);
    let id = caller.user().ok_or(Code::Forbidden)?;
    let row = users.row(tenant, id).await?.ok_or(Code::NotFound)?;
    if row.password_hash.is_some()
        && !hub.passwords.verify(current.unwrap_or_default(), row.password_hash).await?
    {
        return Err(invalid_field("current", "is not the present password"));
    }
    password::check_new(&password)?;
    let hash = hub.passwords.hash(password).await?;
    users.set_password((tenant, id), &caller.asked(None), &hash, caller.sign_in_id).await?;
    Ok(HttpResponse::NoContent().finish())
}
