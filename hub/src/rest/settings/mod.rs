//! `/api/settings`: what a tenant decides for itself.

mod get;
pub mod schema;
mod update;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(get::get_settings).service(update::update_settings);
}
