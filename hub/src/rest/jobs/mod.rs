//! `/api/jobs`: what is owed, how it went, and having it done again.

mod attempts;
mod list;
mod redrive;
pub mod schema;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_jobs).service(attempts::list_attempts).service(redrive::redrive_job);
}
