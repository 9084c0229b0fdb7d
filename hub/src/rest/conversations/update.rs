//! `PATCH /api/conversations/{id}`.

use actix_web::{HttpResponse, patch, web};
use actors::conversation::{Change, Conversation, ListChange, Snooze, UpdateConversation, What};
use entities::conversation::{ConversationStatus, Owner, Priority};
use entities::{BoardId, ConversationId, Timestamp, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::get::seen;
use super::list::as_read;
use super::schema;
use crate::auth::extract::Agent;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::rest::refuses::Writing;
use crate::rest::rev::{self, IfMatch};
use crate::rest::{Body, said};

/// What is left out stays.
#[derive(Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConversationChange {
    /// `open`, `pending` or `resolved`.
    #[schema(value_type = Option<String>)]
    status: Option<ConversationStatus>,
    /// Set aside until then, at most a year; `null`: it wakes. Not together with `status`.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<String>, format = DateTime)]
    snoozed_until: Option<Option<Timestamp>>,
    /// `null`: nobody.
    #[serde(default, deserialize_with = "said::or_null")]
    #[schema(value_type = Option<Uuid>)]
    assignee_id: Option<Option<UserId>>,
    /// The conversation moves there.
    #[schema(value_type = Option<Uuid>)]
    board_id: Option<BoardId>,
    /// `human` takes it over, `bot` hands it back.
    #[schema(value_type = Option<String>)]
    owner: Option<Owner>,
    /// `low`, `normal`, `high` or `urgent`.
    #[schema(value_type = Option<String>)]
    priority: Option<Priority>,
    /// What the labels are to be; at most 50.
    labels: Option<Vec<String>>,
    /// Who is to take part; at most 50.
    #[schema(value_type = Option<Vec<Uuid>>)]
    participants: Option<Vec<UserId>>,
}

/// Changes how a conversation stands: everything that is named at once, or nothing.
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
    let before = seen(&hub, &agent, *id).await?;
    if body.0 == ConversationChange::default() {
        matched.check(before.rev)?;
        return found(&hub, &agent, before).await;
    }
    let what = What::Update(body.0.update(matched));
    let change = Change::new(agent.sender(), what);
    let reply = hub.conversations.change(agent.tenant, *id, change).await?;
    found(&hub, &agent, *reply.conversation.ok_or(Code::Internal)?).await
}

async fn found(hub: &Hub, agent: &Agent, conversation: Conversation) -> Result<HttpResponse, ApiError> {
    let rev = conversation.rev;
    Ok(rev::found(&as_read(hub, agent, vec![conversation]).await?.first(), rev))
}

impl ConversationChange {
    fn update(self, IfMatch(rev): IfMatch) -> UpdateConversation {
        UpdateConversation {
            status: self.status,
            snooze: self.snoozed_until.map(|until| Snooze { until, field: "snoozed_until" }),
            assignee_id: self.assignee_id,
            board_id: self.board_id,
            owner: self.owner,
            priority: self.priority,
            labels: self.labels.map(ListChange::Whole),
            participants: self.participants.map(ListChange::Whole),
            rev,
        }
    }
}
