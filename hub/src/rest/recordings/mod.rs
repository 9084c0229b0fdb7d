//! `/api/recordings` and `/api/voicemails`: what was recorded of calls, and what callers left.

mod get;
mod hearing;
mod list;
mod remove;
pub mod schema;
mod voicemails;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_recordings).service(get::get_recording).service(remove::remove_recording);
    config.service(voicemails::list_voicemails);
}
