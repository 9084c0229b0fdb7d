//! `GET /api/voicemails`.

use actix_web::{Responder, get, web};
use actors::audit::Read;
use actors::contact;
use actors::recording::store::{self, Listing};
use actors::search::Words;
use entities::ContactId;
use entities::recording::{Filter, RecordingKind};
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::RecordingList;
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::invalid::invalid_field;
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
    contact_id: Option<ContactId>,
    /// Words that were said, all of them whole: at most 10, in at most 200 characters.
    q: Option<String>,
}

/// What callers left, the one that began last first. With a cursor a page may be short.
#[utoipa::path(tag = "recordings", params(Query), responses((status = 200, body = RecordingList), Reading))]
#[get("/api/voicemails")]
pub(super) async fn list_voicemails(
    hub: web::Data<Hub>,
    agent: Agent,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let (reader, tenant, query) = (hub.ports.store(), agent.tenant, query.0);
    let said = query.q.as_deref().map(Words::read).transpose();
    let said = said.map_err(|error| invalid_field("q", error.to_string()))?;
    if said.is_some() {
        hub.note_reads(&agent, &[Read::Search]).await?;
    }
    let contacts = match query.contact_id {
        Some(id) => Some(contact::store::all_of(reader, tenant, id).await?),
        None => None,
    };
    let visible_boards = agent.viewer.boards();
    let filter = Filter { visible_boards, contacts, ..Filter::of(RecordingKind::Voicemail) };
    let part = (query.cursor.map(|cursor| cursor.0), query.limit.count());
    let (data, next) = store::page(reader, tenant, Listing { filter, said }, part).await?;
    Ok(web::Json(List::going_on(data, next)))
}
