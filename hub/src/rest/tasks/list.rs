//! `GET /api/tasks`.

use actix_web::{Responder, get, web};
use actors::{
    contact,
    task::{self, Task},
};
use entities::task::{Filter, TaskStatus};
use entities::{ContactId, ConversationId, Place, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;

use super::schema::TaskList;
use crate::auth::Identity;
use crate::auth::extract::Caller;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::Params;
use crate::rest::assignee::assignee;
use crate::rest::page::{Cursor, Limit, List};
use crate::rest::refuses::Reading;

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
    /// `open` or `done`; `open` without.
    #[param(value_type = Option<String>)]
    status: Option<TaskStatus>,
    /// `me`, `none` or the id of a user.
    assignee: Option<String>,
    #[param(value_type = Option<Uuid>)]
    contact_id: Option<ContactId>,
    #[param(value_type = Option<Uuid>)]
    conversation_id: Option<ConversationId>,
    /// Only open ones that are due earlier.
    #[param(value_type = Option<String>, format = DateTime)]
    due_before: Option<Timestamp>,
}

/// Open tasks by when they are due, the soonest first, those without a date last; done ones by when that was, the latest
/// first.
#[utoipa::path(tag = "tasks", params(Query), responses((status = 200, body = TaskList), Reading))]
#[get("/api/tasks")]
pub(super) async fn list_tasks(
    hub: web::Data<Hub>,
    caller: Caller,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let (limit, behind) = (query.0.limit, query.0.cursor.map(|cursor| cursor.0));
    let store = hub.ports.store();
    let contacts = match query.0.contact_id {
        Some(id) => Some(contact::store::all_of(store, caller.tenant, id).await?),
        None => None,
    };
    let filter = query.0.within_sight_of(&caller, contacts)?;
    let part = (behind, limit.and_one_more());
    let rows = task::store::page(store, caller.tenant, filter, part).await?;
    let place = |task: &Task| Place { at: task.listed_at(), id: task.id.as_uuid() };
    Ok(web::Json(List::of(rows, limit, place)))
}

impl Query {
    fn within_sight_of(
        self,
        caller: &Identity,
        contacts: Option<Vec<ContactId>>,
    ) -> Result<Filter, ApiError> {
        let status = self.status.unwrap_or(TaskStatus::Open);
        if self.due_before.is_some() && status == TaskStatus::Done {
            return Err(invalid_field("due_before", "is for open tasks"));
        }
        Ok(Filter {
            visible_boards: caller.viewer.boards(),
            status,
            assignee: self.assignee.map(|word| assignee(&word, caller)).transpose()?,
            contacts,
            conversation_id: self.conversation_id,
            due_before: self.due_before,
        })
    }
}
