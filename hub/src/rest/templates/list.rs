//! `GET /api/templates`.

use actix_web::{Responder, get, web};
use actors::template;
use entities::Place;
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::TemplateList;
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

/// The templates the caller may see, the newest first.
#[utoipa::path(tag = "templates", params(Query), responses((status = 200, body = TemplateList), Reading))]
#[get("/api/templates")]
pub(super) async fn list_templates(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { limit, cursor } = query.0;
    let part = (cursor.map(|cursor| cursor.0), limit.and_one_more());
    let visible = caller.viewer.boards();
    let rows = template::store::page(hub.ports.store(), caller.tenant, visible, part).await?;
    let place = |it: &template::Template| Place { at: it.created_at, id: it.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}
