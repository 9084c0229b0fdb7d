//! `/api/events`: the log, for programs that read it at their own pace.

mod list;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_events);
}
