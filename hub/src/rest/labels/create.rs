//! `POST /api/labels`.

use actix_web::{HttpResponse, post, web};
use actors::label::{CreateLabel, Labels};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::Label;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLabel {
    /// 1 to 50 characters; no other label has it.
    name: String,
    /// `#rrggbb`.
    color: Option<String>,
    /// At most 200 characters.
    description: Option<String>,
    client_id: Option<String>,
}

/// Makes a label. Conversations may have labels that nobody made: those have no color.
#[utoipa::path(
    tag = "labels",
    request_body = NewLabel,
    responses((status = 201, body = Label, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/labels")]
pub(super) async fn create_label(
    hub: web::Data<Hub>,
    manager: Manager,
    body: Body<NewLabel>,
) -> Result<HttpResponse, ApiError> {
    let asked = manager.asked(body.0.client_id.as_deref());
    let NewLabel { name, color, description, .. } = body.0;
    let create = CreateLabel { name, color, description };
    let label = Labels::new(hub.ports.clone()).create(manager.tenant, &asked, &create).await?;
    Ok(rev::created(&label, label.rev, format!("/api/labels/{}", label.id)))
}
