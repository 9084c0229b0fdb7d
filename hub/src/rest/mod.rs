//! The REST door: one folder per noun, one file per verb, and what all of them share.

pub mod api_keys;
mod assignee;
pub mod attachments;
pub mod audit;
pub mod auth;
pub mod boards;
pub mod body;
pub mod calls;
pub mod channels;
pub mod client;
pub mod consents;
pub mod contacts;
pub mod conversations;
pub mod cors;
pub mod credentials;
pub mod docs;
pub mod envelope;
pub mod events;
mod headers;
pub mod health;
pub mod idempotency;
pub mod integrations;
pub mod jobs;
pub mod labels;
pub mod limits;
mod me;
pub mod messages;
pub mod metrics;
pub mod openapi;
pub mod page;
pub mod params;
pub mod presence;
pub mod ready;
pub mod receipts;
pub mod recordings;
pub mod refusal;
pub mod refuses;
pub mod request_id;
pub mod rev;
pub mod said;
pub mod search;
pub mod sending;
pub mod settings;
pub mod tasks;
pub mod templates;
pub mod users;
pub mod webchat;
pub mod webhooks;

#[cfg(test)]
mod tests;

use utoipa_actix_web::service_config::ServiceConfig;

pub use self::body::Body;
pub use self::params::Params;
pub use self::request_id::RequestId;
use crate::config::Settings;

/// What the workers of one server are told, beside the hub.
#[derive(Clone)]
pub struct Shared {
    body_limit: body::BodyLimit,
    proxies: client::TrustedProxies,
}

impl Shared {
    /// As the settings say.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            body_limit: body::BodyLimit(settings.http.body_limit),
            proxies: client::TrustedProxies(settings.http.trusted_proxies.clone()),
        }
    }
}

/// Every route of the door, each with its description.
pub fn routes(config: &mut ServiceConfig, shared: &Shared) {
    config.app_data(shared.body_limit).app_data(shared.proxies.clone());
    config.service(health::health).service(ready::ready).service(metrics::metrics);
    config.service(me::me);
    auth::routes(config);
    users::routes(config);
    contacts::routes(config);
    consents::routes(config);
    api_keys::routes(config);
    audit::routes(config);
    boards::routes(config);
    labels::routes(config);
    templates::routes(config);
    settings::routes(config);
    channels::routes(config);
    credentials::routes(config);
    integrations::routes(config);
    conversations::routes(config);
    messages::routes(config);
    tasks::routes(config);
    calls::routes(config);
    recordings::routes(config);
    attachments::routes(config);
    presence::routes(config);
    events::routes(config);
    search::routes(config);
    jobs::routes(config);
    sending::routes(config);
    receipts::routes(config);
    webchat::routes(config);
    webhooks::routes(config);
}
