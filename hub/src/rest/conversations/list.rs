//! `GET /api/conversations`.

use actix_web::{Responder, get, web};
use actors::{
    contact::{
        self,
        find::{self, Question},
    },
    conversation::{
        Conversation,
        list::{self, Inbox},
    },
    reading::{self, Seen},
};
use entities::conversation::{ConversationStatus, Filter, Owner};
use entities::{BoardId, ChannelId, ContactId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::ConversationList;
use crate::auth::Identity;
use crate::auth::extract::Caller;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Params;
use crate::rest::assignee::assignee;
use crate::rest::page::{Cursor, Limit, List};
use crate::rest::refuses::Reading;

/// Contacts a question may find: the latest active.
const CONTACTS: usize = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// `open`, `pending`, `snoozed` or `resolved`.
    #[param(value_type = Option<String>)]
    status: Option<ConversationStatus>,
    /// `me`, `none` or the id of a user.
    assignee: Option<String>,
    /// `bot`, `human` or `nobody`.
    #[param(value_type = Option<String>)]
    owner: Option<Owner>,
    #[param(value_type = Option<Uuid>)]
    board_id: Option<BoardId>,
    #[param(value_type = Option<Uuid>)]
    channel_id: Option<ChannelId>,
    #[param(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    /// One of its labels, as it is written.
    label: Option<String>,
    /// What finds the contact, as `q` of the contacts does.
    q: Option<String>,
    /// `true`: only those with unread messages of the contact that are not resolved.
    unread: Option<bool>,
    /// `breached`: only those in which somebody waits for too long.
    #[param(value_type = Option<String>)]
    sla: Option<SlaFilter>,
}

/// What can be asked of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SlaFilter {
    Breached,
}

/// Conversations by their last activity, the latest first.
#[utoipa::path(tag = "conversations", params(Query), responses((status = 200, body = ConversationList), Reading))]
#[get("/api/conversations")]
pub(super) async fn list_conversations(
    hub: web::Data<Hub>,
    caller: Caller,
    mut query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let part = (query.0.cursor.map(|cursor| cursor.0), query.0.limit.count());
    let store = hub.ports.store();
    let question = query.0.q.as_deref().map(Question::read).transpose()?;
    let contacts = match question {
        Some(question) => Some(find::ids(store, caller.tenant, question, CONTACTS).await?),
        None => None,
    };
    if let Some(id) = &mut query.0.contact_id {
        // Of one that was merged: those of the contact it is now.
        *id = contact::store::stands_for(store, caller.tenant, *id).await?;
    }
    let label = query.0.label.clone();
    let inbox = Inbox { filter: query.0.within_sight_of(&caller)?, label, contacts };
    let (rows, next) = list::page(store, caller.tenant, inbox, part).await?;
    Ok(web::Json(List::going_on(as_read(&hub, &caller, rows).await?, next)))
}

/// The conversations with what the caller has read of them.
pub(super) async fn as_read(
    hub: &Hub,
    caller: &Identity,
    conversations: Vec<Conversation>,
) -> Result<Vec<Seen>, ApiError> {
    match caller.user() {
        Some(user) => {
            let who = (caller.tenant, user);
            Ok(reading::store::seen_by(hub.ports.store(), who, conversations).await?)
        }
        None => Ok(conversations.into_iter().map(|conversation| Seen::with(conversation, None)).collect()),
    }
}

impl Query {
    fn within_sight_of(self, caller: &Identity) -> Result<Filter, ApiError> {
        let assignee = self.assignee.map(|word| assignee(&word, caller)).transpose()?;
        Ok(Filter {
            visible_boards: caller.viewer.boards(),
            status: self.status,
            assignee,
            owner: self.owner,
            board_id: self.board_id,
            channel_id: self.channel_id,
            contact_id: self.contact_id,
            unread_by: caller.user().filter(|_| self.unread == Some(true)),
            breached: self.sla == Some(SlaFilter::Breached),
            ..Filter::default()
        })
    }
}
