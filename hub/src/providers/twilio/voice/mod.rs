//! Calls over Twilio. Everybody on a call is in one conference: only there a leg can be muted, held and passed on.

mod announce;
mod news;
mod recorded;
mod recorder;
mod resource;
mod token;
mod translate;
pub mod twiml;
mod verification;

pub use announce::{ANNOUNCE, announce, word as announced_as};
pub(super) use recorded::{
    RECORDED, RECORDING, TRANSCRIPT, recorded_key, recording_key, redacted, transcript_key,
};
pub use recorder::{Announcing, Recorded};
pub use resource::{CallResource, Dialled, Dialling, Participant, Switch};
pub use token::{LASTS, voice_token};
pub(super) use translate::{
    AFTER, CONFERENCE, VOICE, VOICE_BACKFILL, VOICE_STATUS, after_key, caller, conference_key, heard,
    voice_key, voice_key_of, voice_status_key,
};

use entities::UserId;

/// What a callback of ours calls the call and the leg in its query.
pub(super) const OUR_CALL: &str = "call";
pub(super) const OUR_LEG: &str = "leg";
/// What it calls what is to be said.
pub(super) const SAYING: &str = "say";

/// The name of a user's browser there: letters, digits and underscores alone.
#[must_use]
pub fn client_of(user: UserId) -> String {
    format!("user_{}", user.as_uuid().simple())
}
