//! `PATCH /api/settings`.

use actix_web::{HttpRequest, HttpResponse, patch, web};
use actors::settings::{TenantSettings, UpdateSettings};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::schema::{Settings, SettingsChange};
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, client, said};

/// As [`SettingsChange`] describes it. What is not named here is the room's to know, or to refuse.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    name: Option<String>,
    #[serde(default, deserialize_with = "said::or_null")]
    default_country: Option<Option<String>>,
    #[serde(flatten)]
    chosen: Map<String, Value>,
}

/// Changes the settings of the tenant, with effect at once.
#[utoipa::path(
    tag = "settings",
    params(("If-Match" = Option<String>, Header)),
    request_body = SettingsChange,
    responses((status = 200, body = Settings, headers(("ETag" = String))), Writing)
)]
#[patch("/api/settings")]
pub(super) async fn update_settings(
    hub: web::Data<Hub>,
    request: HttpRequest,
    admin: Admin,
    seen: IfMatch,
    body: Body<Change>,
) -> Result<HttpResponse, ApiError> {
    let Change { name, default_country, chosen } = body.0;
    let from = Some(client::address(&request));
    let update = UpdateSettings { name, default_country, chosen, from, rev: seen.0 };
    let room = TenantSettings::new(hub.ports.clone());
    let settings = room.update(admin.tenant, &admin.asked(None), &update).await?;
    Ok(rev::found(&settings, settings.rev))
}
