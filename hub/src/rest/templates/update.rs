//! `PATCH /api/templates/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::template::{Templates, UpdateTemplate};
use entities::{BoardId, TemplateId, channel::ChannelType, message::MessageClass};
use serde::Deserialize;
use utoipa::ToSchema;

use super::schema::Template;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays; `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateChange {
    name: Option<String>,
    #[serde(default, deserialize_with = "said::or_null")]
    shortcut: Option<Option<String>>,
    body: Option<String>,
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<String>)]
    class: Option<Option<MessageClass>>,
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<Option<BoardId>>,
    #[schema(value_type = Option<Vec<String>>)]
    channel_types: Option<Vec<ChannelType>>,
}

/// Changes a template. What was said with it before stays as it is.
#[utoipa::path(
    tag = "templates",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = TemplateChange,
    responses((status = 200, body = Template, headers(("ETag" = String))), Writing)
)]
#[patch("/api/templates/{id}")]
pub(super) async fn update_template(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<TemplateId>,
    seen: IfMatch,
    body: Body<TemplateChange>,
) -> Result<HttpResponse, ApiError> {
    let TemplateChange { name, shortcut, body, class, board_id, channel_types } = body.0;
    let update =
        UpdateTemplate { id: *id, name, shortcut, body, class, board_id, channel_types, rev: seen.0 };
    let (asked, templates) = (manager.asked(None), Templates::new(hub.ports.clone()));
    let template = templates.update(manager.tenant, (&asked, &manager.viewer), &update).await?;
    Ok(rev::found(&template, template.rev))
}
