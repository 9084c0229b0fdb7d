//! `/api/webhooks`: where providers call.

mod sms;
mod sms_status;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the providers.
pub fn routes(config: &mut ServiceConfig) {
    config.service(sms::hear_sms).service(sms::hear_sms_by_query);
    config.service(sms_status::hear_sms_status).service(sms_status::hear_sms_status_by_query);
}
