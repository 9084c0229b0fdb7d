//! `/api/api-keys`: what a customer's own systems come in with.

mod create;
mod list;
mod remove;
pub mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_keys).service(create::create_key).service(remove::remove_key);
}
