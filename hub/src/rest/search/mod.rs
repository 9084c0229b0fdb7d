//! `/api/search`: messages by their words.

mod list;
pub mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

/// The route of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::search_messages);
}
