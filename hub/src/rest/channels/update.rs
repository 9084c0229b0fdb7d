//! `PATCH /api/channels/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::channel::{Channels, UpdateChannel};
use entities::{BoardId, ChannelId};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::answer::Answer;
use super::schema::Channel;
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays. Type and address never change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelChange {
    name: Option<String>,
    /// `null`: on no board.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<Option<BoardId>>,
    /// All settings, not additions.
    #[schema(value_type = Option<Object>)]
    settings: Option<Map<String, Value>>,
    /// Draws a new secret for a web chat and shows it, once; what was made with the old one is not believed any more.
    #[serde(default)]
    new_secret: bool,
}

/// Changes a channel.
#[utoipa::path(
    tag = "channels",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = ChannelChange,
    responses((status = 200, body = Channel, headers(("ETag" = String))), Writing)
)]
#[patch("/api/channels/{id}")]
pub(super) async fn update_channel(
    hub: web::Data<Hub>,
    admin: Admin,
    id: web::Path<ChannelId>,
    seen: IfMatch,
    body: Body<ChannelChange>,
) -> Result<HttpResponse, ApiError> {
    let ChannelChange { name, board_id, settings, new_secret } = body.0;
    let update = UpdateChannel { id: *id, name, board_id, settings, new_secret, rev: seen.0 };
    let kept = Channels::new(hub.ports.clone()).update(admin.tenant, &admin.asked(None), &update).await?;
    let rev = kept.channel.rev;
    Ok(rev::found(&Answer::of_kept(&hub, kept), rev))
}
