//! `GET /api/channels`.

use actix_web::{Responder, get, web};
use actors::channel;
use entities::Place;
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer::Answer;
use super::schema::ChannelList;
use crate::auth::extract::Caller;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Params;
use crate::rest::page::{Cursor, Limit, List};
use crate::rest::refuses::Reading;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Channels, the newest first. Those of boards the caller is not a member of are left out.
#[utoipa::path(tag = "channels", params(Query), responses((status = 200, body = ChannelList), Reading))]
#[get("/api/channels")]
pub(super) async fn list_channels(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let below = cursor.map(|cursor| cursor.0);
    let rows = channel::store::page(hub.ports.store(), caller.tenant, below, limit.and_one_more()).await?;
    let place = |channel: &channel::Channel| Place { at: channel.created_at, id: channel.id.as_uuid() };
    let mut page = List::of(rows, limit, place);
    page.data.retain(|channel| caller.viewer.sees_board(channel.board_id));
    Ok(web::Json(page.map(|channel| Answer::of(&hub, channel))))
}
