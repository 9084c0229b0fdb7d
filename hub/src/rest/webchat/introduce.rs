//! `PATCH /api/webchat/me`.

use actix_web::{Responder, patch, web};
use actors::view::Viewer;
use actors::webchat::{Myself, Webchats};
use entities::{ContactId, ConversationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::extract::Visitor;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Introduction {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// ISO 3166 alpha-2, for a national phone.
    country: Option<String>,
    locale: Option<String>,
}

/// A visitor as he may see himself; not what agents have noted of him.
#[derive(Debug, Serialize, ToSchema)]
struct Oneself {
    #[schema(value_type = Uuid)]
    contact_id: ContactId,
    #[schema(value_type = Uuid)]
    conversation_id: ConversationId,
    name: String,
    locale: Option<String>,
}

/// A visitor says who he is. An address is added to what is known of him, and left out when another contact has it.
#[utoipa::path(
    tag = "webchat",
    request_body = Introduction,
    responses((status = 200, body = Oneself), Writing)
)]
#[patch("/api/webchat/me")]
pub(super) async fn introduce_oneself(
    hub: web::Data<Hub>,
    visitor: Visitor,
    body: Body<Introduction>,
) -> Result<impl Responder, ApiError> {
    let Viewer::Visitor { contact_id, conversation_id } = visitor.viewer else {
        return Err(Code::Forbidden.into());
    };
    let Introduction { name, email, phone, country, locale } = body.0;
    let myself = Myself { name, email, phone, country, locale };
    let webchats = Webchats::new(hub.ports.clone(), hub.conversations.clone());
    let contact = webchats.introduce(visitor.tenant, contact_id, &myself).await?;
    Ok(web::Json(Oneself { contact_id, conversation_id, name: contact.name, locale: contact.locale }))
}
