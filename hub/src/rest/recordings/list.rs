//! `GET /api/recordings`.

use actix_web::{Responder, get, web};
use actors::contact;
use actors::recording::store::{self, Listing};
use entities::recording::{Filter, RecordingKind};
use entities::{CallId, ContactId, UserId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::hearing::only_of;
use super::schema::RecordingList;
use crate::auth::extract::Agent;
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
    #[param(value_type = Option<Uuid>)]
    call_id: Option<CallId>,
    #[param(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    #[param(value_type = Option<Uuid>)]
    agent_id: Option<UserId>,
}

/// What was recorded of calls, the one that began last first; agents have their own.
#[utoipa::path(tag = "recordings", params(Query), responses((status = 200, body = RecordingList), Reading))]
#[get("/api/recordings")]
pub(super) async fn list_recordings(
    hub: web::Data<Hub>,
    agent: Agent,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let (reader, tenant, query) = (hub.ports.store(), agent.tenant, query.0);
    let own = only_of(&agent.viewer);
    if own.is_some() && query.agent_id.is_some() && own != query.agent_id {
        return Ok(web::Json(List::going_on(Vec::new(), None)));
    }
    let contacts = match query.contact_id {
        Some(id) => Some(contact::store::all_of(reader, tenant, id).await?),
        None => None,
    };
    let filter = Filter {
        visible_boards: agent.viewer.boards(),
        call_id: query.call_id,
        contacts,
        agent_id: own.or(query.agent_id),
        ..Filter::of(RecordingKind::Call)
    };
    let part = (query.cursor.map(|cursor| cursor.0), query.limit.count());
    let (data, next) = store::page(reader, tenant, Listing { filter, said: None }, part).await?;
    Ok(web::Json(List::going_on(data, next)))
}
