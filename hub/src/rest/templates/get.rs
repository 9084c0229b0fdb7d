//! `GET /api/templates/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::template;
use entities::TemplateId;

use super::schema::Template;
use crate::auth::extract::Caller;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;

/// One template.
#[utoipa::path(
    tag = "templates",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = Template, headers(("ETag" = String))), Reading)
)]
#[get("/api/templates/{id}")]
pub(super) async fn get_template(
    hub: web::Data<Hub>,
    caller: Caller,
    id: web::Path<TemplateId>,
) -> Result<HttpResponse, ApiError> {
    let found = template::store::get(hub.ports.store(), caller.tenant, *id).await?;
    let template = found.filter(|it| caller.viewer.sees_board(it.board_id)).ok_or(Code::NotFound)?;
    Ok(rev::found(&template, template.rev))
}
