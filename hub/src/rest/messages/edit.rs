//! `PATCH /api/messages/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::conversation::{Change, EditMessage, Message, RescheduleMessage, What, store};
use actors::view::Viewer;
use entities::{MessageId, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use super::schema;
use crate::auth::Identity;
use crate::auth::extract::Agent;
use crate::auth::permission::{Action, allows};
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::Body;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};

/// One of the two at least.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageChange {
    /// 1 to 10,000 characters.
    body: Option<String>,
    /// Of a message that waits for its time: another one, in the future, and at most a year away.
    #[schema(value_type = Option<String>, format = DateTime)]
    scheduled_at: Option<Timestamp>,
}

/// Changes what one has written oneself; managers, when anybody's message is said.
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
    let (message_id, rev, others) = (*id, seen.0, may_change_others(&agent));
    let what = match body.0 {
        MessageChange { body: None, scheduled_at: None } => {
            return Err(invalid_field("body", "is required"));
        }
        MessageChange { body: Some(body), scheduled_at: None } => {
            What::Edit(EditMessage { message_id, body, rev, others: false })
        }
        MessageChange { body, scheduled_at: Some(scheduled_at) } => {
            What::Reschedule(RescheduleMessage { message_id, scheduled_at, body, rev, others })
        }
    };
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

/// May take back, and say at another time, what others wrote.
pub(super) fn may_change_others(caller: &Identity) -> bool {
    matches!(&caller.viewer, Viewer::User { role, .. } if allows(*role, Action::Supervise))
}
