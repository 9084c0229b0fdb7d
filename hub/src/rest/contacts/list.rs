//! `GET /api/contacts`.

use actix_web::{Responder, get, web};
use actors::contact::find::{self, Question};
use entities::contact::{self, Temperature};
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
    /// Words of the name, the last one perhaps only begun; a whole phone or e-mail address; or the last four digits of a
    /// phone. At most 200 characters and 10 words.
    q: Option<String>,
    /// `cold`, `warm` or `hot`.
    #[param(value_type = Option<String>)]
    temperature: Option<Temperature>,
    stage: Option<String>,
    /// One of its tags, as it is written.
    tag: Option<String>,
}

/// Contacts by their last activity, the latest first.
#[utoipa::path(tag = "contacts", params(Query), responses((status = 200, body = ContactList), Reading))]
#[get("/api/contacts")]
pub(super) async fn list_contacts(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor, q, temperature, stage, tag } = query.0;
    let question = q.as_deref().map(Question::read).transpose()?;
    let filter = find::Filter { known: contact::Filter { temperature, stage }, tag, question };
    let part = (cursor.map(|cursor| cursor.0), limit.count());
    let (data, next) = find::page(hub.ports.store(), caller.tenant, filter, part).await?;
    Ok(web::Json(List::going_on(data, next)))
}
