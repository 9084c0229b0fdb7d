//! `/api/webhook-receipts`: what providers sent, what became of it, and having it applied again.

mod list;
mod replay;
pub mod schema;

use actors::channel;
use entities::ChannelId;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::Identity;
use crate::error::ApiError;
use crate::hub::Hub;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_receipts).service(replay::replay_receipt);
}

/// May the caller know of what came over this channel?
async fn is_seen(hub: &Hub, caller: &Identity, id: ChannelId) -> Result<bool, ApiError> {
    let channel = channel::store::get(hub.ports.store(), caller.tenant, id).await?;
    Ok(caller.viewer.sees_board(channel.and_then(|channel| channel.board_id)))
}
