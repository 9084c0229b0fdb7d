//! `/api/webhooks`: where providers call.

mod conference;
mod recording;
mod sms;
mod sms_status;
mod voice;
mod voice_after;
mod voice_announce;
mod voice_named;
mod voice_recorded;
mod voice_screen;
mod voice_screened;
mod voice_status;
mod voice_transcript;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the providers.
pub fn routes(config: &mut ServiceConfig) {
    config.service(sms::hear_sms).service(sms::hear_sms_by_query);
    config.service(sms_status::hear_sms_status).service(sms_status::hear_sms_status_by_query);
    config.service(voice::hear_voice).service(voice::hear_voice_by_query);
    config.service(voice_status::hear_voice_status).service(voice_status::hear_voice_status_by_query);
    config.service(voice_announce::say_announcement).service(voice_named::hear_voice_named);
    config.service(voice_screen::ask_whether_he_takes_it).service(voice_screened::put_through_who_takes_it);
    config.service(voice_after::hear_voice_after).service(conference::hear_conference);
    config.service(recording::hear_recording).service(voice_recorded::hear_voice_recorded);
    config.service(voice_transcript::hear_voice_transcript);
}
