//! `GET /api/calls`.

use actix_web::{Responder, get, web};
use actors::call::{self, Call};
use actors::contact;
use entities::call::{CallState, Filter};
use entities::message::Direction;
use entities::{ContactId, ConversationId, Place, Timestamp, UserId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::act::phone_of;
use super::schema::CallList;
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
    /// Those that are not over, or those that are.
    live: Option<bool>,
    /// `inbound` or `outbound`.
    #[param(value_type = Option<String>)]
    direction: Option<Direction>,
    #[param(value_type = Option<String>)]
    state: Option<CallState>,
    #[param(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    #[param(value_type = Option<Uuid>)]
    conversation_id: Option<ConversationId>,
    #[param(value_type = Option<Uuid>)]
    agent_id: Option<UserId>,
    /// The contact's.
    number: Option<String>,
    /// Begun then or later.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Begun earlier.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// Calls, the one that began last first.
#[utoipa::path(tag = "calls", params(Query), responses((status = 200, body = CallList), Reading))]
#[get("/api/calls")]
pub(super) async fn list_calls(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let (store, tenant, query) = (hub.ports.store(), caller.tenant, query.0);
    let contacts = match query.contact_id {
        Some(id) => Some(contact::store::all_of(store, tenant, id).await?),
        None => None,
    };
    let number = match &query.number {
        Some(typed) => {
            phone_of(&hub, tenant, ("number", typed)).await?.blind_index(&*store.keys(tenant).await?)
        }
        None => None,
    };
    let filter = Filter {
        visible_boards: caller.viewer.boards(),
        live: query.live,
        direction: query.direction,
        state: query.state,
        contacts,
        conversation_id: query.conversation_id,
        agent_id: query.agent_id,
        number,
        from: query.from,
        to: query.to,
    };
    let part = (query.cursor.map(|cursor| cursor.0), query.limit.and_one_more());
    let rows = call::store::page(store, tenant, filter, part).await?;
    let place = |call: &Call| Place { at: call.started_at, id: call.id.as_uuid() };
    Ok(web::Json(List::of(rows, query.limit, place)))
}
