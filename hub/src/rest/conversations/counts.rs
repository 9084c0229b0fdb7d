//! `GET /api/conversations/counts`.

use actix_web::{Responder, get, web};
use actors::conversation::{list, store};
use entities::conversation::Filter;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::extract::Caller;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::refuses::Reading;

/// Counted so far and no further: beyond it a number helps nobody and costs a read of everything.
const MOST: u64 = 1_000;

/// How many conversations the caller may see, by status.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Counts {
    open: u64,
    pending: u64,
    snoozed: u64,
    resolved: u64,
    /// Not resolved, with messages of the contact the caller has not read.
    unread: u64,
    /// A number that is this one means: so many or more.
    #[schema(example = 1000)]
    counted_up_to: u64,
}

/// Counts by status, each up to 1,000.
#[utoipa::path(tag = "conversations", responses((status = 200, body = Counts), Reading))]
#[get("/api/conversations/counts")]
pub(super) async fn count_conversations(
    hub: web::Data<Hub>,
    caller: Caller,
) -> Result<impl Responder, ApiError> {
    let filter = Filter { visible_boards: caller.viewer.boards(), ..Filter::default() };
    let unread = match caller.user() {
        Some(user) => {
            let unread = Filter { unread_by: Some(user), ..filter.clone() };
            list::count_unread(hub.ports.store(), caller.tenant, unread, MOST).await?
        }
        // A key reads nothing.
        None => 0,
    };
    let counted = store::counts(hub.ports.store(), caller.tenant, filter, MOST).await?;
    let of = |word: &str| {
        counted.iter().find(|(status, _)| status.as_str() == word).map_or(0, |(_, count)| *count)
    };
    Ok(web::Json(Counts {
        open: of("open"),
        pending: of("pending"),
        snoozed: of("snoozed"),
        resolved: of("resolved"),
        unread,
        counted_up_to: MOST,
    }))
}
