//! Calls over Twilio. Everybody on a call is in one conference: only there a leg can be muted, held and passed on.

mod announce;
mod news;
mod recorded;
mod recorder;
mod resource;
mod ring;
mod screening;
mod token;
mod translate;
pub mod twiml;
mod verification;

pub use announce::{ANNOUNCE, announce, word as announced_as};
pub(super) use recorded::{
    RECORDED, RECORDING, TRANSCRIPT, recorded_key, recording_key, redacted, transcript_key,
};
pub use recorder::{Announcing, Recorded, Transcription};
pub use resource::{CallResource, Dialled, Dialling, Participant, Switch};
pub use ring::Ringing;
pub(super) use screening::is_left_alone;
pub use screening::{screen, screened};
pub use token::{LASTS, voice_token};
pub(super) use translate::{
    AFTER, CONFERENCE, NAMED, SCREEN, SCREENED, VOICE, VOICE_BACKFILL, VOICE_STATUS, after_key, caller,
    conference_key, heard, name_key, voice_key, voice_key_of, voice_status_key,
};

use entities::UserId;

/// What a callback of ours calls the call and the leg in its query.
pub(super) const OUR_CALL: &str = "call";
pub(super) const OUR_LEG: &str = "leg";
/// What it calls the room of a caller who is asked for his name.
pub(super) const OUR_ROOM: &str = "room";
/// Where Twilio writes what somebody said who was asked something.
const SPOKEN: &str = "SpeechResult";
/// What a callback calls what is to be said.
pub(super) const SAYING: &str = "say";

/// The name of a user's browser there: letters, digits and underscores alone.
#[must_use]
pub fn client_of(user: UserId) -> String {
    format!("user_{}", user.as_uuid().simple())
}
