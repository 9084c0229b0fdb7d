//! `GET /api/users/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::user::{User, Users};
use entities::UserId;

use super::schema;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// One user.
#[utoipa::path(
    tag = "users",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = schema::User, headers(("ETag" = String))), Reading)
)]
#[get("/api/users/{id}")]
pub(super) async fn get_user(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<UserId>,
) -> Result<HttpResponse, ApiError> {
    let row = Users::new(hub.ports.clone()).row(caller.tenant, *id).await?;
    let user = User::from(&row.ok_or(Code::NotFound)?);
    Ok(rev::found(&user, user.rev))
}
