//! `POST /api/channels`.

use actix_web::{HttpResponse, post, web};
use actors::channel::{Channels, CreateChannel};
use entities::{BoardId, channel::ChannelType};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::answer::Answer;
use super::schema::Channel;
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers::registration::REGISTRATION;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewChannel {
    /// `webchat`, `twilio`, `email`, `messenger`, `instagram` or `whatsapp`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: ChannelType,
    name: String,
    /// Required, except for a web chat, which has none. E.164 of a number.
    address: Option<String>,
    /// Its conversations begin on this board.
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<BoardId>,
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    client_id: Option<String>,
}

/// Makes a channel. The answer for a web chat shows its `secret`, once.
#[utoipa::path(
    tag = "channels",
    request_body = NewChannel,
    responses((status = 201, body = Channel, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/channels")]
pub(super) async fn create_channel(
    hub: web::Data<Hub>,
    admin: Admin,
    body: Body<NewChannel>,
) -> Result<HttpResponse, ApiError> {
    let asked = admin.asked(body.0.client_id.as_deref());
    let NewChannel { kind, name, address, board_id, settings, .. } = body.0;
    let asked_after = hub.settings.providers.twilio.registration_after();
    let then = (kind == ChannelType::Twilio).then_some((REGISTRATION, asked_after));
    let create = CreateChannel { kind, name, address, board_id, settings, then };
    let kept = Channels::new(hub.ports.clone()).create(admin.tenant, &asked, &create).await?;
    let (id, rev) = (kept.channel.id, kept.channel.rev);
    Ok(rev::created(&Answer::of_kept(&hub, kept), rev, format!("/api/channels/{id}")))
}
