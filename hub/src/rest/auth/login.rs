//! `POST /api/auth/login`.

use actix_web::{HttpRequest, HttpResponse, middleware::from_fn, post, web};
use actors::{
    sign_in::{Refused, SignIns},
    user::Users,
};
use entities::{TenantId, scope::SoftDeleted, tenant, user, user::UserStatus};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    grant::{Tokens, good_until, grant},
    refused::{self, admit},
};
use crate::{
    auth::{cookie, password},
    error::{ApiError, Code},
    hub::Hub,
    rest::{Body, client, limits, refuses::Open},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    email: String,
    password: String,
    /// Needed when the e-mail is known in several tenants.
    #[schema(value_type = Option<uuid::Uuid>)]
    tenant_id: Option<TenantId>,
    /// Put the refresh token into a cookie: our own pages only.
    #[serde(default)]
    cookie: bool,
}

/// Signs in with a password. An unknown e-mail takes the same time and gets the same words as a wrong password.
#[utoipa::path(
    tag = "signing in",
    request_body = Login,
    responses((status = 200, body = Tokens), (status = 401, description = "UNAUTHENTICATED"),
              (status = 409, description = "CHOOSE_TENANT, with details.tenants"), Open)
)]
#[post("/login", wrap = "from_fn(limits::attempts)")]
pub(super) async fn login(
    hub: web::Data<Hub>,
    request: HttpRequest,
    body: Body<Login>,
) -> Result<HttpResponse, ApiError> {
    let trail = client::trail(&request);
    let Login { email, password, tenant_id, cookie: in_cookie } = body.0;
    if in_cookie {
        cookie::require_own_origin(request.headers(), &hub.public_origin())?;
    }
    hub.limits.password(&email)?;
    let known = Users::new(hub.ports.clone()).by_email_across_tenants(&email).await?;
    let meant = known.into_iter().filter(|user| tenant_id.is_none_or(|id| id == user.tenant_id));
    let (candidates, outside): (Vec<_>, Vec<_>) = meant.partition(|user| user.status == UserStatus::Active);
    let tried: Vec<_> =
        candidates.iter().map(|user| ((user.tenant_id, user.id), Refused::Password)).collect();
    let right = matching(&hub, password, candidates).await?;
    if !right.is_empty() {
        hub.limits.password_was_right(&email);
    }
    let user = match right.as_slice() {
        [] => {
            let outside = outside.iter().map(|user| ((user.tenant_id, user.id), Refused::NotActive));
            for (who, because) in tried.into_iter().chain(outside) {
                refused::note(&hub, who, because, &trail);
            }
            return Err(password::refused());
        }
        [user] => user,
        several => return Err(choose(&hub, several).await?),
    };
    let who = (user.tenant_id, user.id);
    admit(&hub, who, &trail).await?;
    let opened = SignIns::new(hub.ports.clone()).open(who, good_until(&hub), Some(&trail)).await?;
    grant(&hub, opened, in_cookie).await
}

/// Those of the candidates whose password it is. One comparison at least, so that nobody learns who is known.
async fn matching(
    hub: &Hub,
    password: String,
    candidates: Vec<user::Model>,
) -> Result<Vec<user::Model>, ApiError> {
    if candidates.is_empty() {
        hub.passwords.verify(password, None).await?;
        return Ok(Vec::new());
    }
    let mut right = Vec::new();
    for candidate in candidates {
        if hub.passwords.verify(password.clone(), candidate.password_hash.clone()).await? {
            right.push(candidate);
        }
    }
    Ok(right)
}

/// CHOOSE_TENANT, to somebody who proved that he is at home in all of them.
async fn choose(hub: &Hub, several: &[user::Model]) -> Result<ApiError, ApiError> {
    let mut tenants = Vec::new();
    for user in several {
        let id = user.tenant_id;
        let found = hub
            .ports
            .store()
            .read(id, move |db| async move { tenant::Entity::live_by_id(id, id).one(&*db).await });
        if let Some(tenant) = found.await? {
            tenants.push(json!({ "id": tenant.id, "name": tenant.name }));
        }
    }
    Ok(ApiError::from(Code::ChooseTenant).with("tenants", tenants))
}
