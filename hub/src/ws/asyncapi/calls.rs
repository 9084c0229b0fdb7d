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

/// `answer`, `hang_up`, `mute`, `unmute`, `hold`, `resume` or `transfer`.
#[derive(ToSchema)]
pub(super) struct CallControl(String);

/// A time.
#[derive(ToSchema)]
pub(super) struct Instant(String);

/// An id.
#[derive(ToSchema)]
pub(super) struct Id(Uuid);
