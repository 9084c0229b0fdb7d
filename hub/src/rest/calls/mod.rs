//! `/api/calls`: calls, live and over, and what is done to them.

pub mod act;
pub mod answer;
mod decline;
mod disposition;
mod get;
mod hang_up;
mod list;
pub mod place;
mod record;
pub mod schema;
mod send_digits;
mod switch;
mod token;
pub mod transfer;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of the noun.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list::list_calls).service(get::get_call).service(place::initiate_call);
    config.service(answer::answer_call).service(decline::decline_call).service(hang_up::hang_up_call);
    config.service(switch::mute_call).service(switch::unmute_call);
    config.service(switch::hold_call).service(switch::resume_call);
    config.service(record::record_call).service(send_digits::send_digits);
    config.service(transfer::transfer_call).service(transfer::complete_transfer);
    config.service(transfer::cancel_transfer);
    config.service(disposition::set_disposition).service(token::voice_token);
}
