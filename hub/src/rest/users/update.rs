//! `PATCH /api/users/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::user::{Power, UpdateUser, Users};
use entities::{
    BoardId, UserId,
    user::{Role, UserStatus},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::schema;
use crate::auth::extract::Caller;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChange {
    name: Option<String>,
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// `null`: all boards.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    boards: Option<Option<Vec<BoardId>>>,
    /// `active` or `disabled`.
    #[schema(value_type = Option<String>)]
    status: Option<UserStatus>,
    /// The most conversations routing gives him, 0 to 100; `null`: as his boards say.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<i32>)]
    capacity: Option<Option<i32>>,
}

/// Changes a user, at once: his sessions end when he is disabled (4502) and resync when his role or boards change (4009).
/// Everybody may change his own name.
#[utoipa::path(
    tag = "users",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = UserChange,
    responses((status = 200, body = schema::User, headers(("ETag" = String))), Writing)
)]
#[patch("/api/users/{id}")]
pub(super) async fn update_user(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<UserId>,
    seen: IfMatch,
    body: Body<UserChange>,
) -> Result<HttpResponse, ApiError> {
    let UserChange { name, role, boards, status, capacity } = body.0;
    let only_name = role.is_none() && boards.is_none() && status.is_none() && capacity.is_none();
    let power = if caller.user() == Some(*id) && only_name { Power::Own } else { caller.power() };
    let (tenant, id) = (caller.tenant, *id);
    let update = UpdateUser { name, role, boards, status, capacity, rev: seen.0 };
    let users = Users::new(hub.ports.clone());
    let changed = users.update((tenant, id), &caller.asked(None), &update, power).await?;
    if let Some(code) = changed.closes {
        hub.tenants.close_user(tenant, id, code);
    }
    hub.router.nudge(tenant);
    Ok(rev::found(&changed.user, changed.user.rev))
}
