//! `GET /api/webchat/{key}`.

use actix_web::{Responder, get, web};
use actors::channel::{Field, Theme, WebchatSettings};
use serde::Serialize;
use utoipa::ToSchema;

use super::named;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Open;

/// Everything public about a web chat.
#[derive(Serialize, ToSchema)]
struct Webchat {
    name: String,
    greeting: Option<String>,
    /// `{color?, position?}`.
    #[schema(value_type = Option<Object>)]
    theme: Option<Theme>,
    locale: Option<String>,
    /// Whether somebody is there who can be asked; `null` while the hub does not know.
    online: Option<bool>,
    /// When somebody answers, for people to read.
    hours: Option<String>,
    /// What a visitor is asked before he writes: `{name, required}`.
    #[schema(value_type = Vec<Object>)]
    fields: Vec<Field>,
}

/// What a widget needs to show itself. Readable on the channel's `allowed_origins` and our own pages.
#[utoipa::path(tag = "webchat", params(("key" = String, Path)), responses((status = 200, body = Webchat), Open))]
#[get("/api/webchat/{key}")]
pub(super) async fn show_webchat(
    hub: web::Data<Hub>,
    key: web::Path<String>,
) -> Result<impl Responder, ApiError> {
    let (tenant, channel) = named(&hub, &key).await?;
    let online = hub.tenants.is_attended(tenant, channel.board_id).await.ok();
    let WebchatSettings { greeting, theme, locale, hours, fields, .. } =
        WebchatSettings::stored(&channel.settings);
    Ok(web::Json(Webchat { name: channel.name, greeting, theme, locale, online, hours, fields }))
}
