//! `/api/webhooks`: where providers call.

mod conference;
mod sms;
mod sms_status;
mod voice;
mod voice_after;
mod voice_status;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the providers.
pub fn routes(config: &mut ServiceConfig) {
    config.service(sms::hear_sms).service(sms::hear_sms_by_query);
    config.service(sms_status::hear_sms_status).service(sms_status::hear_sms_status_by_query);
    config.service(voice::hear_voice).service(voice::hear_voice_by_query);
    config.service(voice_status::hear_voice_status).service(voice_status::hear_voice_status_by_query);
    config.service(voice_after::hear_voice_after).service(conference::hear_conference);
}
