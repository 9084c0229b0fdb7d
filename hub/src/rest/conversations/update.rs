//! `PATCH /api/conversations/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::conversation::{Assign, Change, Conversation, SetStatus, What};
use entities::conversation::ConversationStatus;
use entities::{BoardId, ConversationId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::get::seen;
use super::schema;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::Fields;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConversationChange {
    /// `open`, `pending` or `resolved`.
    #[schema(value_type = Option<String>)]
    status: Option<ConversationStatus>,
    /// `null`: nobody.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<Uuid>)]
    assignee_id: Option<Option<UserId>>,
    /// The conversation moves there.
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<BoardId>,
}

/// Assigns, moves, opens, sets aside or resolves a conversation: first who has it, then how it stands.
#[utoipa::path(
    tag = "conversations",
    params(("id" = Uuid, Path), ("If-Match" = Option<String>, Header)),
    request_body = ConversationChange,
    responses((status = 200, body = schema::Conversation, headers(("ETag" = String))), Writing)
)]
#[patch("/api/conversations/{id}")]
pub(super) async fn update_conversation(
    hub: web::Data<Hub>,
    agent: Agent,
    id: web::Path<ConversationId>,
    matched: IfMatch,
    body: Body<ConversationChange>,
) -> Result<HttpResponse, ApiError> {
    body.0.check()?;
    let mut conversation = seen(&hub, &agent, *id).await?;
    matched.check(conversation.rev)?;
    for what in body.0.commands(&conversation) {
        let change = Change { by: agent.sender(), what, client_id: None, fence: None };
        let reply = hub.conversations.change(agent.tenant, *id, change).await?;
        conversation = *reply.conversation.ok_or(Code::Internal)?;
    }
    Ok(rev::found(&conversation, conversation.rev))
}

impl ConversationChange {
    /// Before anything is done, so that nothing is half done.
    fn check(&self) -> Result<(), ApiError> {
        let mut fields = Fields::default();
        fields.check(self.board_id.is_none(), "board_id", "does not exist");
        let wakes = self.status != Some(ConversationStatus::Snoozed);
        fields.check(wakes, "status", "must be open, pending or resolved");
        fields.finish()
    }

    fn commands(self, before: &Conversation) -> Vec<What> {
        let Self { status, assignee_id, board_id } = self;
        let assigns = assignee_id.is_some() || board_id.is_some();
        let assign = assigns.then(|| {
            What::Assign(Assign { assignee_id: assignee_id.unwrap_or(before.assignee_id), board_id })
        });
        let set = status.map(|status| What::SetStatus(SetStatus { status }));
        assign.into_iter().chain(set).collect()
    }
}
