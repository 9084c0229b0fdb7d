//! `GET /api/contacts/{id}/consents`.

use actix_web::{Responder, get, web};
use actors::consent::{Consent, store};
use actors::contact;
use entities::{ContactId, Place};
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::ConsentList;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
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

/// What was said about writing to the addresses the contact has now, the newest first, whoever had them then. Of each address
/// the newest decides.
#[utoipa::path(
    tag = "contacts",
    params(("id" = Uuid, Path), Query),
    responses((status = 200, body = ConsentList), Reading)
)]
#[get("/api/contacts/{id}/consents")]
pub(super) async fn list_consents(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<ContactId>,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let (tables, tenant) = (hub.ports.store(), caller.tenant);
    let addresses = contact::addresses(tables, tenant, *id).await?.ok_or(Code::NotFound)?;
    let part = (cursor.map(|cursor| cursor.0), limit.and_one_more());
    let entries = store::page(tables, tenant, addresses, part).await?;
    let place = |entry: &Consent| Place { at: entry.at, id: entry.id.as_uuid() };
    Ok(web::Json(List::of(entries, limit, place)))
}
