//! `GET /api/integrations`.

use actix_web::{Responder, get, web};
use actors::credential::{Integration, store};
use serde::Serialize;

use super::schema::IntegrationList;
use crate::auth::extract::Admin;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::providers;
use crate::rest::page::List;
use crate::rest::refuses::Reading;

#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    integration: Integration,
    /// Nobody measures how the provider calls back yet.
    callback_delay_ms: Option<i64>,
    missing_callbacks: Option<i64>,
}

/// How it goes with each provider: whether it is connected, and what became of the requests to it.
#[utoipa::path(tag = "credentials", responses((status = 200, body = IntegrationList), Reading))]
#[get("/api/integrations")]
pub(super) async fn list_integrations(hub: web::Data<Hub>, admin: Admin) -> Result<impl Responder, ApiError> {
    let found = store::integrations(hub.ports.store(), admin.tenant, providers::NAMES).await?;
    let answer = |integration| Answer { integration, callback_delay_ms: None, missing_callbacks: None };
    Ok(web::Json(List { data: found.into_iter().map(answer).collect::<Vec<_>>(), next_cursor: None }))
}
