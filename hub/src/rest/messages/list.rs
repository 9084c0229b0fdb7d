//! `GET /api/conversations/{id}/messages`.

use actix_web::{HttpResponse, get, web};
use actors::audit::Read;
use actors::conversation::{Message, VisitorMessage, store};
use actors::event::Form;
use entities::{ConversationId, Stretch, message::MessageStatus};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::schema::MessageList;
use crate::auth::Identity;
use crate::auth::extract::AnyViewer;
use crate::error::{ApiError, Code};
use crate::hub::Hub;
use crate::invalid::invalid_field;
use crate::rest::Params;
use crate::rest::conversations::seen;
use crate::rest::page::Limit;
use crate::rest::refuses::Reading;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
    /// Only messages below this seq: the newest of them.
    before: Option<i64>,
    /// Only messages above this seq: the oldest of them.
    after: Option<i64>,
    /// `scheduled`: what waits for its time, and what failed at it, the next first; all of it.
    #[param(value_type = Option<String>)]
    status: Option<MessageStatus>,
}

#[derive(Serialize)]
struct Page<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

/// A stretch of a thread, the newest first. A visitor gets his own, without private notes, in the reduced shape.
#[utoipa::path(
    tag = "messages",
    params(("id" = Uuid, Path), Query),
    responses((status = 200, body = MessageList), Reading)
)]
#[get("/api/conversations/{id}/messages")]
pub(super) async fn list_messages(
    hub: web::Data<Hub>,
    viewer: AnyViewer,
    id: web::Path<ConversationId>,
    query: Params<Query>,
) -> Result<HttpResponse, ApiError> {
    let stretch = query.0.stretch()?;
    seen(&hub, &viewer, *id).await?;
    let is_agent = viewer.viewer.form() == Form::Agent;
    if query.0.asks_what_waits()? {
        return waiting(&hub, &viewer, *id).await;
    }
    let limit = query.0.limit;
    let asked = (stretch, limit.and_one_more(), is_agent);
    let read = async { Ok(store::thread(hub.ports.store(), viewer.tenant, *id, asked).await?) };
    // Beside each other: the first read of an hour waits no longer than it must.
    let noted = [Read::Messages(*id)];
    let (mut rows, ()) = futures::try_join!(read, hub.note_reads(&viewer, &noted))?;
    let more = u64::try_from(rows.len()).unwrap_or(u64::MAX) > limit.rows();
    rows.truncate(usize::try_from(limit.rows()).unwrap_or(usize::MAX));
    let next_cursor = rows.last().filter(|_| more).and_then(|last| last.seq).map(|seq| seq.to_string());
    if matches!(stretch, Stretch::After(_)) {
        rows.reverse();
    }
    Ok(answer(rows, is_agent, next_cursor))
}

/// Few enough for one page. It is for agents: nobody has been told of it yet.
async fn waiting(hub: &Hub, viewer: &Identity, id: ConversationId) -> Result<HttpResponse, ApiError> {
    if viewer.viewer.form() == Form::Visitor {
        return Err(Code::Forbidden.into());
    }
    let read = async { Ok(store::scheduled(hub.ports.store(), viewer.tenant, id).await?) };
    let noted = [Read::Messages(id)];
    let (rows, ()) = futures::try_join!(read, hub.note_reads(viewer, &noted))?;
    Ok(answer(rows, true, None))
}

fn answer(rows: Vec<Message>, is_agent: bool, next_cursor: Option<String>) -> HttpResponse {
    match is_agent {
        true => HttpResponse::Ok().json(Page { data: rows, next_cursor }),
        false => {
            let data: Vec<_> = rows.iter().filter_map(VisitorMessage::of).collect();
            HttpResponse::Ok().json(Page { data, next_cursor })
        }
    }
}

impl Query {
    fn asks_what_waits(&self) -> Result<bool, ApiError> {
        match self.status {
            None => Ok(false),
            Some(MessageStatus::Scheduled) if self.before.or(self.after).is_none() => Ok(true),
            Some(MessageStatus::Scheduled) => {
                Err(invalid_field("status", "must not come together with before and after"))
            }
            Some(_) => Err(invalid_field("status", "must be scheduled")),
        }
    }

    fn stretch(&self) -> Result<Stretch, ApiError> {
        match (self.before, self.after) {
            (None, None) => Ok(Stretch::Last),
            (Some(seq), None) => Ok(Stretch::Before(seq)),
            (None, Some(seq)) => Ok(Stretch::After(seq)),
            (Some(_), Some(_)) => Err(invalid_field("after", "must not come together with before")),
        }
    }
}
