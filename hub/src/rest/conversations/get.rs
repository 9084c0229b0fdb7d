//! `GET /api/conversations/{id}`.

use actix_web::{HttpResponse, get, web};
use actors::conversation::{Conversation, VisitorConversation, store};
use actors::event::Form;
use entities::ConversationId;

use super::{list::as_read, schema};
use crate::auth::Identity;
use crate::auth::extract::AnyViewer;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Reading;
use crate::rest::rev;
use crate::telemetry;

/// One conversation; a visitor gets `{id, status, last_message, created_at, rev}` of his own.
#[utoipa::path(
    tag = "conversations",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = schema::Conversation, headers(("ETag" = String))), Reading)
)]
#[get("/api/conversations/{id}")]
pub(super) async fn get_conversation(
    hub: web::Data<Hub>,
    viewer: AnyViewer,
    id: web::Path<ConversationId>,
) -> Result<HttpResponse, ApiError> {
    let conversation = seen(&hub, &viewer, *id).await?;
    let rev = conversation.rev;
    Ok(match viewer.viewer.form() {
        Form::Agent => rev::found(&as_read(&hub, &viewer, vec![conversation]).await?.first(), rev),
        Form::Visitor => rev::found(&VisitorConversation::from(&conversation), rev),
    })
}

/// The conversation, for who may see it; for others there is none.
pub(in crate::rest) async fn seen(
    hub: &Hub,
    viewer: &Identity,
    id: ConversationId,
) -> Result<Conversation, ApiError> {
    telemetry::in_conversation(id);
    let found = store::get(hub.ports.store(), viewer.tenant, id).await?;
    let sight = viewer.viewer.sight();
    Ok(found.filter(|conversation| sight.sees(conversation)).ok_or(Code::NotFound)?)
}
