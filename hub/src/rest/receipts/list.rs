//! `GET /api/webhook-receipts`.

use std::collections::HashSet;

use actix_web::{Responder, get, web};
use actors::receipt::{Receipt, store};
use entities::Place;
use entities::webhook_receipt::{Filter, ReceiptStatus};
use serde::Deserialize;
use utoipa::IntoParams;

use super::is_seen;
use super::schema::WebhookReceiptList;
use crate::auth::extract::Manager;
use crate::error::ApiError;
use crate::hub::Hub;
use crate::rest::Params;
use crate::rest::page::{Cursor, Limit, List};
use crate::rest::refuses::Reading;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Only of this provider.
    provider: Option<String>,
    /// Only in this status.
    #[param(value_type = Option<String>)]
    status: Option<ReceiptStatus>,
    /// 1 to 200; 50 without.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// What providers sent, the newest first. What came over channels of boards the caller is not a member of is left out.
#[utoipa::path(
    tag = "webhooks",
    params(Query),
    responses((status = 200, body = WebhookReceiptList), Reading)
)]
#[get("/api/webhook-receipts")]
pub(super) async fn list_receipts(
    hub: web::Data<Hub>,
    manager: Manager,
    query: Params<Query>,
) -> Result<impl Responder, ApiError> {
    let Query { provider, status, limit, cursor } = query.0;
    let (filter, below) = (Filter { provider, status }, cursor.map(|cursor| cursor.0));
    let part = (below, limit.and_one_more());
    let rows = store::page(hub.ports.store(), manager.tenant, filter, part).await?;
    let place = |receipt: &Receipt| Place { at: receipt.received_at, id: receipt.id.as_uuid() };
    let mut page = List::of(rows, limit, place);
    let channels: HashSet<_> = page.data.iter().map(|receipt| receipt.channel_id).collect();
    let mut seen = HashSet::new();
    for channel in channels {
        if is_seen(&hub, &manager, channel).await? {
            seen.insert(channel);
        }
    }
    page.data.retain(|receipt| seen.contains(&receipt.channel_id));
    Ok(web::Json(page))
}
