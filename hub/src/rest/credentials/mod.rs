//! `/api/credentials`: what a tenant is known by at the providers it uses. They are given, and never given back.

mod get;
mod remove;
pub mod schema;
mod twilio;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(twilio::keep_twilio_credentials)
        .service(get::get_credentials)
        .service(remove::remove_credentials);
}
