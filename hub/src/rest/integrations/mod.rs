//! `/api/integrations`: how it goes with the providers.

mod list;
pub mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_integrations);
}
