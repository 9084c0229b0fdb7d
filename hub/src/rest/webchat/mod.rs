//! `/api/webchat`: what the widget on somebody's page asks.

mod introduce;
mod open;
mod proof;
mod show;

use entities::channel::ChannelType;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::{ApiError, Code};
use crate::hub::Hub;

/// The routes of the noun. `me` stands before `{key}`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(introduce::introduce_oneself).service(show::show_webchat).service(open::open_session);
}

/// The web chat a key names.
async fn named(hub: &Hub, key: &str) -> Result<(entities::TenantId, actors::channel::Channel), ApiError> {
    let found = actors::channel::store::by_public_key_across_tenants(hub.ports.store(), key).await?;
    let chat = found.filter(|(_, channel)| channel.kind == ChannelType::Webchat);
    Ok(chat.ok_or(Code::NotFound)?)
}
