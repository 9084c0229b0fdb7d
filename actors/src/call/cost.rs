//! What a call cost, as its provider says some time after the end.

use serde::{Deserialize, Serialize};

use super::{
    error::CallRefusal,
    outcome::{Decision, Draft},
    standing::Standing,
    state::Given,
};

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// A decimal number, such as `0.0085`.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// The provider has said it. What it says again is no news.
pub(super) fn decide_cost(before: &Standing, cost: &Cost, given: Given<'_>) -> Result<Decision, CallRefusal> {
    let mut draft = Draft::of_change(given, before);
    draft.after.cost = Some(cost.clone());
    draft.finish_if_news()
}
