//! `PATCH /api/messages/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::conversation::{Change, EditMessage, Message, What, store};
use entities::MessageId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::schema;
use crate::auth::Identity;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageChange {
    /// 1 to 10,000 characters.
    body: String,
}

/// Changes what one has written oneself.
#[utoipa::path(
    tag = "messages",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = MessageChange,
    responses((status = 200, body = schema::Message, headers(("ETag" = String))), Writing)
)]
#[patch("/api/messages/{id}")]
pub(super) async fn edit_message(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<MessageId>,
    seen: IfMatch,
    body: Body<MessageChange>,
) -> Result<HttpResponse, ApiError> {
    let conversation = find(&hub, &agent, *id).await?.conversation_id;
    let what = What::Edit(EditMessage { message_id: *id, body: body.0.body, rev: seen.0, others: false });
    let change = Change::new(agent.sender(), what);
    let reply = hub.conversations.change(agent.tenant, conversation, change).await?;
    let message = reply.message.ok_or(Code::Internal)?;
    Ok(rev::found(&message, message.rev))
}

/// Which conversation a message is in; whether the caller may see that is the conversation's to say.
pub(super) async fn find(hub: &Hub, caller: &Identity, id: MessageId) -> Result<Message, ApiError> {
    let found = store::message(hub.ports.store(), caller.tenant, id).await?;
    Ok(found.ok_or(Code::NotFound)?)
}
