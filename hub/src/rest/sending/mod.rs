//! `/api/sending`: how much a tenant sends, and letting go what was held because it is far more than usual.

mod release;
pub mod schema;
mod show;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(show::show_sending).service(release::release_sending);
}
