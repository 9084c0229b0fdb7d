//! `DELETE /api/credentials/{provider}`.

use actix_web::{HttpResponse, delete, web};

use crate::auth::extract::Admin;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::providers;
use crate::rest::refuses::Writing;

/// Removes what is kept of a provider: nothing is sent through it any more, and nothing it sends is believed.
#[utoipa::path(
    tag = "credentials",
    params(("provider" = String, Path, description = "`twilio`")),
    responses((status = 204), Writing)
)]
#[delete("/api/credentials/{provider}")]
pub(super) async fn remove_credentials(
    hub: web::Data<Hub>,
    admin: Admin,
    provider: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let provider = providers::named(&provider).ok_or(Code::NotFound)?;
    hub.credentials.forget(admin.tenant, &admin.asked(None), provider).await?;
    Ok(HttpResponse::NoContent().finish())
}
