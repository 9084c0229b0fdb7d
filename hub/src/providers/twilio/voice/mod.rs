//! Calls over Twilio. Everybody on a call is in one conference: only there a leg can be muted, held and passed on.

mod news;
mod resource;
mod token;
mod translate;
pub mod twiml;

pub use resource::{CallResource, Dialled, Dialling, Participant, Switch};
pub use token::{LASTS, voice_token};
pub(super) use translate::{
    AFTER, CONFERENCE, VOICE, VOICE_STATUS, after_key, conference_key, heard, voice_key, voice_status_key,
};

use entities::UserId;

/// What a callback of ours calls the call and the leg in its query.
pub(super) const OUR_CALL: &str = "call";
pub(super) const OUR_LEG: &str = "leg";

/// The name of a user's browser there: letters, digits and underscores alone.
#[must_use]
pub fn client_of(user: UserId) -> String {
    format!("user_{}", user.as_uuid().simple())
}
