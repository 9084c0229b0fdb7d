//! `/api/webhooks`: where providers call.

mod sms;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the providers.
pub fn routes(config: &mut ServiceConfig) {
    config.service(sms::hear_sms).service(sms::hear_sms_by_query);
}
