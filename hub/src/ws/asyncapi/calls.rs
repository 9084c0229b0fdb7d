//! The shapes of frames about calls that are no nouns of the REST door.

use utoipa::ToSchema;
use uuid::Uuid;

use crate::rest::calls::schema::Call;

/// The call after the change, and the seq of its event; 0 when there was nothing to change.
#[derive(ToSchema)]
pub(super) struct ChangedCall {
    call: Call,
    seq: i64,
}

/// How a call is offered: `ring`.
#[derive(ToSchema)]
pub(super) struct CallOfferKind(String);

/// Why it is offered no longer: `answered_elsewhere`, `declined`, `timeout` or `caller_gone`.
#[derive(ToSchema)]
pub(super) struct OfferEnd(String);

/// `answer`, `hang_up`, `mute`, `unmute`, `hold`, `resume`, `transfer`, `record`, `stop_recording` or `send_digits`.
#[derive(ToSchema)]
pub(super) struct CallControl(String);

/// What was said on a recording is written down; the words are asked for with the recording.
#[derive(ToSchema)]
pub(super) struct WrittenDown {
    /// That of its recording.
    id: Uuid,
    recording_id: Uuid,
    call_id: Uuid,
    /// `completed`.
    status: String,
}

/// A time.
#[derive(ToSchema)]
pub(super) struct Instant(String);

/// An id.
#[derive(ToSchema)]
pub(super) struct Id(Uuid);
