//! `POST /api/attachments`.

use actix_web::{HttpRequest, HttpResponse, post, web};
use actors::attachment::Arrived;
use actors::view::Viewer;

use super::schema;
use super::upload::{Uploaded, receive};
use crate::auth::extract::AnyViewer;
use crate::auth::permission::{Action, require};
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;

/// Uploads a file, to be named in a message within a day.
#[utoipa::path(
    tag = "attachments",
    request_body(content = schema::Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = schema::Attachment, headers(("Location" = String))), Writing)
)]
#[post("/api/attachments")]
pub(super) async fn create_attachment(
    hub: web::Data<Hub>,
    viewer: AnyViewer,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let settings = &hub.settings.attachments;
    let limit = match &viewer.viewer {
        Viewer::User { role, .. } => {
            require(*role, Action::Work)?;
            settings.max_bytes
        }
        Viewer::Key { .. } => settings.max_bytes,
        Viewer::Visitor { .. } => settings.visitor_max_bytes,
    };
    hub.attachments.admit(viewer.tenant, viewer.principal()).await?;
    let Uploaded { path, name, content, size } = receive(&hub, request.headers(), payload, limit).await?;
    let arrived = Arrived { path: path.to_path_buf(), name, content, size };
    let attachment = hub.attachments.keep(viewer.tenant, viewer.principal(), arrived).await?;
    let location = format!("/api/attachments/{}", attachment.id);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(attachment))
}
