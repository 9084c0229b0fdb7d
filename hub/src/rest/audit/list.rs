//! `GET /api/audit`.

use actix_web::{Responder, get, web};
use actors::audit;
use entities::audit_entry::Filter;
use entities::{ContactId, Place, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::schema::AuditList;
use crate::auth::extract::Admin;
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
    /// Only what this user or key did.
    actor_id: Option<Uuid>,
    /// Only entries of this action, as they say it.
    action: Option<String>,
    /// Only what was done to this: a conversation, a user, a board, …
    target_id: Option<Uuid>,
    /// Only what concerns this contact: whoever read its messages, on whichever channel.
    #[param(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    /// Only at this time and later.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// Only before this time.
    #[param(value_type = Option<String>)]
    to: Option<Timestamp>,
}

/// The record, the newest first.
#[utoipa::path(tag = "audit", params(Query), responses((status = 200, body = AuditList), Reading))]
#[get("/api/audit")]
pub(super) async fn list_entries(
    hub: web::Data<Hub>,
    admin: Admin,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor, actor_id, action, target_id, contact_id, from, to } = query.0;
    let filter = Filter { actor_id, action, target_id, contact_id, from, to };
    let below = cursor.map(|cursor| cursor.0);
    let part = (below, limit.and_one_more());
    let rows = audit::store::page(hub.ports.store(), admin.tenant, filter, part).await?;
    let place = |entry: &audit::AuditEntry| Place { at: entry.at, id: entry.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}
