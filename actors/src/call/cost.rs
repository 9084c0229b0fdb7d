//! What a call cost, as its provider says some time after the end.

use entities::{CallId, JobId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::journal::NewJob;

use super::{
    error::CallRefusal,
    outcome::{Decision, Draft},
    standing::Standing,
    state::Given,
};

/// The job that asks for the price of a call which is over.
pub const COST: &str = "call.cost";

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// A decimal number, such as `0.0085`.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// What [`COST`] knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub call_id: CallId,
    /// When it was known to be over, by our clock.
    pub since: Timestamp,
}

/// The job that asks what the call cost.
pub(super) fn job(after: &Standing, (id, now): (JobId, Timestamp)) -> NewJob {
    let ended = Ended { call_id: after.id, since: now };
    let contact_id = Some(after.contact_id);
    NewJob { id, kind: COST, key: None, run_at: now, payload: serde_json::json!(ended), contact_id }
}

/// The provider has said it. What it says again is no news.
pub(super) fn decide_cost(before: &Standing, cost: &Cost, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let mut draft = Draft::of_change(given, before);
    draft.after.cost = Some(cost.clone());
    draft.finish_if_news()
}
