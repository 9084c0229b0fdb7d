//! `POST /api/conversations/{id}/read`.

use actix_web::{Responder, post, web};
use actors::{
    asked::Asked,
    conversation::{self, Change, ConversationError, MarkRead, What},
    journal::Fence,
    reading::{Horizon, Marked},
    view::Viewer,
};
use entities::{ConversationId, MessageId, Stretch, message::Direction};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{get::seen, schema};
use crate::auth::{Identity, extract::AnyViewer};
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::Body;
use crate::rest::refuses::Writing;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpTo {
    /// The last message that was read.
    #[schema(value_type = Uuid)]
    message_id: MessageId,
    /// 1 to 64 characters.
    client_id: Option<String>,
}

/// What was read, on either door.
pub struct Reading {
    pub conversation: ConversationId,
    pub message: MessageId,
    pub client_id: Option<String>,
    pub fence: Option<Fence>,
}

/// Moves the caller's mark to a message, never back.
#[utoipa::path(
    tag = "conversations",
    params(("id" = Uuid, Path)),
    request_body = UpTo,
    responses((status = 200, body = schema::Horizon), Writing)
)]
#[post("/api/conversations/{id}/read")]
pub(super) async fn read_conversation(
    hub: web::Data<Hub>,
    viewer: AnyViewer,
    id: web::Path<ConversationId>,
    body: Body<UpTo>,
) -> Result<impl Responder, ApiError> {
    let UpTo { message_id, client_id } = body.0;
    let fence = viewer.asked(client_id.as_deref()).fence;
    let reading = Reading { conversation: *id, message: message_id, client_id, fence };
    let (horizon, _) = read(&hub, &viewer, reading).await?;
    Ok(web::Json(horizon))
}

/// How far the caller has read now, and the seq of what told it; 0 when he had read that far before.
///
/// # Errors
/// NOT_FOUND, and those of the rooms.
pub async fn read(hub: &Hub, identity: &Identity, reading: Reading) -> Result<(Horizon, i64), ApiError> {
    match (&identity.viewer, identity.user()) {
        (Viewer::Key { .. }, _) => Err(Code::Forbidden.into()),
        (_, Some(user)) => {
            let asked = Asked {
                by: identity.principal(),
                client_id: reading.client_id.as_deref().map(Into::into),
                fence: reading.fence,
                trail: None,
            };
            let marked = Marked {
                user,
                sight: identity.viewer.sight(),
                conversation: reading.conversation,
                message: reading.message,
            };
            Ok(hub.readings.read(identity.tenant, &asked, &marked).await?)
        }
        (_, None) => read_by_visitor(hub, identity, reading).await,
    }
}

/// A visitor's reading is told to those who wrote: their messages become `read`.
async fn read_by_visitor(
    hub: &Hub,
    identity: &Identity,
    reading: Reading,
) -> Result<(Horizon, i64), ApiError> {
    let conversation = seen(hub, identity, reading.conversation).await?;
    let message = conversation::store::message(hub.ports.store(), identity.tenant, reading.message).await?;
    let what = What::MarkRead(MarkRead { message_id: reading.message });
    let change = Change {
        client_id: reading.client_id.as_deref().map(Into::into),
        fence: reading.fence,
        ..Change::new(identity.sender(), what)
    };
    let seq = match hub.conversations.change(identity.tenant, conversation.id, change).await {
        Ok(reply) => reply.seq,
        Err(ConversationError::NothingNew) => 0,
        Err(refusal) => return Err(refusal.into()),
    };
    let up_to = message.and_then(|message| message.seq).unwrap_or_default();
    let unread = unread_of_visitor(hub, identity, (conversation.id, up_to)).await?;
    Ok((Horizon { conversation_id: conversation.id, read_message_id: Some(reading.message), unread }, seq))
}

/// Our messages behind the one that was read; no more than a page of them are looked at.
async fn unread_of_visitor(
    hub: &Hub,
    identity: &Identity,
    (conversation, up_to): (ConversationId, i64),
) -> Result<i64, ApiError> {
    const LOOKED_AT: u64 = 200;
    let part = (Stretch::After(up_to), LOOKED_AT, false);
    let store = hub.ports.store();
    let later = conversation::store::thread(store, identity.tenant, conversation, part).await?;
    let unread = later.iter().filter(|message| message.direction == Direction::Outbound).count();
    Ok(i64::try_from(unread).unwrap_or(i64::MAX))
}
