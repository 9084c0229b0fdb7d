//! What the provider of a call knows only some time after the end: jobs ask for it.

use entities::{CallId, JobId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::journal::NewJob;

use super::standing::Standing;

/// The job that asks what a call cost.
pub const COST: &str = "call.cost";
/// The job that asks what was recorded of a call, and what was said: either may have been told by a callback that never came.
pub const RECORDINGS: &str = "call.recordings";

/// What [`COST`] and [`RECORDINGS`] know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub call_id: CallId,
    /// When it was known to be over, by our clock.
    pub since: Timestamp,
}

/// The jobs a call owes when it ends.
pub(super) fn jobs(after: &Standing, now: Timestamp, draw: impl Fn() -> JobId) -> Vec<NewJob> {
    let payload = json!(Ended { call_id: after.id, since: now });
    let contact_id = Some(after.contact_id);
    let job =
        |kind| NewJob { id: draw(), kind, key: None, run_at: now, payload: payload.clone(), contact_id };
    // What the provider never had a leg of was not recorded there.
    let is_there = after.contact_leg().is_some_and(|leg| leg.external_id.is_some());
    std::iter::once(COST).chain(is_there.then_some(RECORDINGS)).map(job).collect()
}
