//! The REST door: one folder per noun, one file per verb, and what all of them share.

pub mod body;
pub mod client;
pub mod docs;
pub mod envelope;
pub mod health;
pub mod idempotency;
pub mod limits;
pub mod metrics;
pub mod openapi;
pub mod params;
pub mod ready;
pub mod refusal;
pub mod request_id;

#[cfg(test)]
mod tests;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

pub use self::body::Body;
pub use self::params::Params;
pub use self::request_id::RequestId;
use crate::config::Settings;
use limits::{PerAddress, SIGN_INS_PER_MINUTE};

/// What the workers of one server share, beside the hub.
#[derive(Clone)]
pub struct Shared {
    body_limit: body::BodyLimit,
    sign_ins: web::Data<PerAddress>,
    proxies: client::TrustedProxies,
}

impl Shared {
    /// One for all workers: a limit per address is a limit, whichever worker answers.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            body_limit: body::BodyLimit(settings.http.body_limit),
            sign_ins: web::Data::new(PerAddress::per_minute(SIGN_INS_PER_MINUTE)),
            proxies: client::TrustedProxies(settings.http.trusted_proxies.clone()),
        }
    }
}

/// Every route of the door, each with its description.
pub fn routes(config: &mut ServiceConfig, shared: &Shared) {
    config.app_data(shared.body_limit).app_data(shared.sign_ins.clone()).app_data(shared.proxies.clone());
    config.service(health::health).service(ready::ready).service(metrics::metrics);
}
