//! `PATCH /api/labels/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::label::{Labels, UpdateLabel};
use entities::LabelId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::schema::Label;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays; `null` clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelChange {
    name: Option<String>,
    #[serde(default, deserialize_with = "said::or_null")]
    color: Option<Option<String>>,
    #[serde(default, deserialize_with = "said::or_null")]
    description: Option<Option<String>>,
}

/// Changes a label. Under another name the conversations that have it follow, each with an event of its own.
#[utoipa::path(
    tag = "labels",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = LabelChange,
    responses((status = 200, body = Label, headers(("ETag" = String))), Writing)
)]
#[patch("/api/labels/{id}")]
pub(super) async fn update_label(
    hub: web::Data<Hub>,
    manager: Manager,
    id: web::Path<LabelId>,
    seen: IfMatch,
    body: Body<LabelChange>,
) -> Result<HttpResponse, ApiError> {
    let LabelChange { name, color, description } = body.0;
    let update = UpdateLabel { id: *id, name, color, description, rev: seen.0 };
    let label = Labels::new(hub.ports.clone()).update(manager.tenant, &manager.asked(None), &update).await?;
    Ok(rev::found(&label, label.rev))
}
