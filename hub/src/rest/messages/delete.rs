//! `DELETE /api/messages/{id}`.

use actix_web::{HttpResponse, delete, web};
use actors::conversation::{Change, DeleteMessage, What};
use entities::MessageId;

use super::edit::{find, may_change_others};
use crate::auth::extract::Agent;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::IfMatch;

/// Takes back what one has written oneself; managers, what anybody has. What waits for its time is canceled.
#[utoipa::path(
    tag = "messages",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 204), Writing)
)]
#[delete("/api/messages/{id}")]
pub(super) async fn delete_message(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<MessageId>,
    seen: IfMatch,
) -> Result<HttpResponse, ApiError> {
    let conversation = find(&hub, &agent, *id).await?.conversation_id;
    let what =
        What::Delete(DeleteMessage { message_id: *id, rev: seen.0, others: may_change_others(&agent) });
    let change = Change::new(agent.sender(), what);
    hub.conversations.change(agent.tenant, conversation, change).await?;
    Ok(HttpResponse::NoContent().finish())
}
