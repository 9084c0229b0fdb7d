//! `POST /api/conversations/{id}/messages`.

use std::sync::Arc;

use actix_web::{HttpResponse, post, web};
use actors::conversation::{Change, SendMessage, VisitorMessage, What};
use actors::event::Form;
use actors::journal::{Fence, Lasting};
use actors::view::Viewer;
use entities::{
    AttachmentId, ConversationId, Timestamp, UserId,
    message::{IfQuiet, MessageClass},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Filling;
use super::schema::Message;
use crate::auth::extract::AnyViewer;
use crate::auth::permission::{Action, require};
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::Fields;
use crate::rest::conversations::seen;
use crate::rest::refuses::Writing;
use crate::rest::{Body, rev};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// 1 to 10,000 characters; may be left out with attachments, and is with a template.
    #[serde(default)]
    body: String,
    /// In the place of a body.
    template: Option<Filling>,
    /// Files the caller uploaded; at most 10.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    attachments: Vec<AttachmentId>,
    /// A note among agents.
    #[serde(default)]
    private: bool,
    /// Users who are called to a private note; at most 20.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    mentions: Vec<UserId>,
    /// `conversational`, `transactional` or `marketing`.
    #[schema(value_type = Option<String>)]
    class: Option<MessageClass>,
    /// Said then: in the future, and at most a year away.
    #[schema(value_type = Option<String>, format = DateTime)]
    scheduled_at: Option<Timestamp>,
    /// In quiet hours: `hold` (as without) schedules it for the morning, `refuse` is QUIET_HOURS.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    if_quiet: IfQuiet,
    /// 1 to 64 characters; remembered as long as the message.
    client_id: Option<String>,
}

/// Says something in a conversation. A visitor does so in his own.
#[utoipa::path(
    tag = "messages",
    params(("id" = Uuid, Path)),
    request_body = NewMessage,
    responses((status = 201, body = Message, headers(("ETag" = String), ("Location" = String))), Writing)
)]
#[post("/api/conversations/{id}/messages")]
pub(super) async fn send_message(
    hub: web::Data<Hub>,
    viewer: AnyViewer,
    id: web::Path<ConversationId>,
    body: Body<NewMessage>,
) -> Result<HttpResponse, ApiError> {
    let fence = viewer.asked(body.0.client_id.as_deref()).fence;
    let fence = fence.map(|fence| Fence { lasting: Lasting::AsTheMessage, ..fence });
    let NewMessage {
        body,
        template,
        attachments,
        private,
        mentions,
        class,
        scheduled_at,
        if_quiet,
        client_id,
    } = body.0;
    let mut fields = Fields::default();
    client_id.iter().for_each(|id| {
        fields.length("client_id", id, 1..=64);
    });
    fields.finish()?;
    match &viewer.viewer {
        Viewer::User { role, .. } => require(*role, Action::Work)?,
        // Notes are among agents; classes, templates and times are theirs to choose.
        Viewer::Visitor { .. } => {
            let plain = !private && class.is_none() && template.is_none() && scheduled_at.is_none();
            if !plain {
                return Err(Code::Forbidden.into());
            }
        }
        Viewer::Key { .. } => {}
    }
    seen(&hub, &viewer, *id).await?;
    let template = template.map(Into::into);
    let said = SendMessage { body, template, private, mentions, ..SendMessage::default() };
    let send = SendMessage { attachments, class, scheduled_at, if_quiet, ..said };
    let what = What::Send(send);
    let change = Change { client_id: client_id.map(Arc::from), fence, ..Change::new(viewer.sender(), what) };
    let reply = hub.conversations.change(viewer.tenant, *id, change).await?;
    let message = reply.message.ok_or(Code::Internal)?;
    let location = format!("/api/messages/{}", message.id);
    match viewer.viewer.form() {
        Form::Agent => Ok(rev::created(&message, message.rev, location)),
        Form::Visitor => {
            let shown = VisitorMessage::of(&message).ok_or(Code::Internal)?;
            Ok(rev::created(&shown, message.rev, location))
        }
    }
}
