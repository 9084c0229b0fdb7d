//! `GET /api/integrations`.

use actix_web::{Responder, get, web};
use actors::credential::store;

use super::schema::IntegrationList;
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers;
use crate::rest::page::List;
use crate::rest::refuses::Reading;

/// How it goes with each provider: whether it is connected, what became of the requests to it, and how it calls back.
#[utoipa::path(tag = "credentials", responses((status = 200, body = IntegrationList), Reading))]
#[get("/api/integrations")]
pub(super) async fn list_integrations(hub: web::Data<Hub>, admin: Admin) -> Result<impl Responder, ApiError> {
    let data = store::integrations(hub.ports.store(), admin.tenant, providers::NAMES).await?;
    Ok(web::Json(List { data, next_cursor: None }))
}
