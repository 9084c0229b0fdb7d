//! `GET /api/attachments/{id}`.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, get, web};
use actors::audit::Read;
use entities::AttachmentId;

use crate::auth::extract::AnyViewer;
use crate::error::ApiError;
use crate::files::Linked;
use crate::hub::Hub;
use crate::rest::refuses::Writing;

/// Leads to the bytes of a file, for ten minutes.
#[utoipa::path(
    tag = "attachments",
    params(("id" = Uuid, Path)),
    responses((status = 302, headers(("Location" = String))), Writing)
)]
#[get("/api/attachments/{id}")]
pub(super) async fn get_attachment(
    hub: web::Data<Hub>,
    viewer: AnyViewer,
    id: web::Path<AttachmentId>,
) -> Result<HttpResponse, ApiError> {
    let by = (&viewer.viewer, viewer.principal());
    let (seen, conversation) = hub.attachments.get(viewer.tenant, by, *id).await?;
    if let Some(conversation) = conversation {
        hub.note_reads(&viewer, &[Read::Messages(conversation)]).await?;
    }
    let linked = Linked { tenant: viewer.tenant, attachment: seen.id };
    let token = hub.file_links.mint(linked, hub.ports.now());
    Ok(HttpResponse::Found().insert_header((LOCATION, format!("/files/{token}"))).finish())
}
