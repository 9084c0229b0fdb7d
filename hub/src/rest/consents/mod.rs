//! `/api/contacts/{id}/consents`: what was said about writing to a contact.

mod list;
mod record;
pub mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_consents).service(record::record_consent);
}
