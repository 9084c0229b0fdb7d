//! `GET /api/channels/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::channel;
use entities::ChannelId;

use super::answer::Answer;
use super::schema::Channel;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// One channel.
#[utoipa::path(
    tag = "channels",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Channel, headers(("ETag" = String))), Reading)
)]
#[get("/api/channels/{id}")]
pub(super) async fn get_channel(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<ChannelId>,
) -> Result<HttpResponse, ApiError> {
    let found = channel::store::get(hub.ports.store(), caller.tenant, *id).await?;
    let seen = found.filter(|channel| caller.viewer.sees_board(channel.board_id));
    let channel = seen.ok_or(Code::NotFound)?;
    let rev = channel.rev;
    Ok(rev::found(&Answer::of(&hub, channel), rev))
}
