//! `/api/audit`: the record of what changed somebody's power, of signing in and of reading.

mod list;
pub mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_entries);
}
