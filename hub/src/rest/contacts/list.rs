//! `GET /api/contacts`.

use actix_web::{Responder, get, web};
use actors::contact;
use entities::Place;
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::ContactList;
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

/// Contacts by their last activity, the latest first.
#[utoipa::path(tag = "contacts", params(Query), responses((status = 200, body = ContactList), Reading))]
#[get("/api/contacts")]
pub(super) async fn list_contacts(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let below = cursor.map(|cursor| cursor.0);
    let rows = contact::store::page(hub.ports.store(), caller.tenant, below, limit.and_one_more()).await?;
    let place = |contact: &contact::Contact| Place { at: contact.activity_at, id: contact.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}
