//! `GET /api/me`.

use actix_web::{Responder, get, web};
use actors::user::{User, Users};
use actors::view::Viewer;
use entities::{TenantId, scope::SoftDeleted, tenant};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{refuses::Reading, users::schema};
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;

/// Who the caller is, and where.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Answer` writes")]
struct Me {
    user: schema::User,
    tenant: Home,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what `Answer` writes")]
struct Home {
    id: Uuid,
    name: String,
}

#[derive(Serialize)]
struct Answer {
    user: User,
    tenant: Place,
}

#[derive(Serialize)]
struct Place {
    id: TenantId,
    name: String,
}

/// The user of the token, and his tenant.
#[utoipa::path(tag = "signing in", responses((status = 200, body = Me), Reading))]
#[get("/api/me")]
pub(super) async fn me(hub: web::Data<Hub>, caller: Caller) -> Result<impl Responder, ApiError> {
    let (id, tenant) = (caller.user().ok_or(Code::Forbidden)?, caller.tenant);
    let row = Users::new(hub.ports.clone()).row(tenant, id).await?.ok_or(Code::NotFound)?;
    let found = hub
        .ports
        .store()
        .read(tenant, move |db| async move { tenant::Entity::live_by_id(tenant, tenant).one(&*db).await });
    let home = found.await?.ok_or(Code::NotFound)?;
    let mut user = User::from(&row);
    // What the token of an outside identity provider says is what counts.
    if let Viewer::User { role, boards, .. } = &caller.viewer {
        (user.role, user.boards) = (*role, boards.as_ref().map(|boards| boards.to_vec()));
    }
    Ok(web::Json(Answer { user, tenant: Place { id: home.id, name: home.name } }))
}
