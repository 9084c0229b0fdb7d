//! `POST /api/templates`.

use actix_web::{HttpResponse, post, web};
use actors::template::{CreateTemplate, Templates};
use entities::{BoardId, channel::ChannelType, message::MessageClass};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::Template;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTemplate {
    /// 1 to 100 characters.
    name: String,
    /// 1 to 50 characters without spaces.
    shortcut: Option<String>,
    /// 1 to 10,000 characters, with `{{variable}}` wherever something is to be filled in.
    body: String,
    /// `conversational`, `transactional` or `marketing`.
    #[schema(value_type = Option<String>)]
    class: Option<MessageClass>,
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<BoardId>,
    /// Where it may be used; everywhere when left out.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    channel_types: Vec<ChannelType>,
    client_id: Option<String>,
}

/// Makes a template.
#[utoipa::path(
    tag = "templates",
    request_body = NewTemplate,
    responses((status = 201, body = Template, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/templates")]
pub(super) async fn create_template(
    hub: web::Data<Hub>,
    manager: Manager,
    body: Body<NewTemplate>,
) -> Result<HttpResponse, ApiError> {
    let asked = manager.asked(body.0.client_id.as_deref());
    let NewTemplate { name, shortcut, body, class, board_id, channel_types, .. } = body.0;
    let create = CreateTemplate { name, shortcut, body, class, board_id, channel_types };
    let templates = Templates::new(hub.ports.clone());
    let template = templates.create(manager.tenant, (&asked, &manager.viewer), &create).await?;
    Ok(rev::created(&template, template.rev, format!("/api/templates/{}", template.id)))
}
