//! `POST /api/users`.

use actix_web::{HttpResponse, post, web};
use actors::user::{CreateUser, Invited, User, Users};
use entities::{BoardId, sign_in_code::CodePurpose, user::Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::InvitedUser;
use crate::auth::{code, extract::Admin};
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::auth::fresh_code;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    email: String,
    /// 1 to 200 characters.
    name: String,
    /// `owner`, `admin`, `manager`, `agent` or `read_only`; below your own, except for owners.
    #[schema(value_type = String)]
    role: Role,
    /// All boards without.
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    boards: Option<Vec<BoardId>>,
    client_id: Option<String>,
}

#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    user: User,
    invite_url: String,
}

/// Makes a user who is invited. `invite_url` is shown once, and to a repeat under the same key.
#[utoipa::path(
    tag = "users",
    request_body = NewUser,
    responses((status = 201, body = InvitedUser, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/users")]
pub(super) async fn create_user(
    hub: web::Data<Hub>,
    admin: Admin,
    body: Body<NewUser>,
) -> Result<HttpResponse, ApiError> {
    let NewUser { email, name, role, boards, client_id } = body.0;
    let invitation = fresh_code(&hub, CodePurpose::Invitation)?;
    let create = CreateUser { email, name, role, boards, invitation };
    let asked = admin.asked(client_id.as_deref());
    let users = Users::new(hub.ports.clone());
    let Invited { user, code } = users.create(admin.tenant, &asked, &create, admin.power()).await?;
    let (rev, location) = (user.rev, format!("/api/users/{}", user.id));
    let invite_url = code::link(&hub.public_origin(), &code);
    Ok(rev::created(&Answer { user, invite_url }, rev, location))
}
