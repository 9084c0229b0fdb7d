//! A call as the hub tells of it, in frames and in lists.

use serde::Deserialize;

/// As much of a call as is looked at here.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SeenCall {
    pub(super) id: String,
    pub(super) direction: String,
    pub(super) state: String,
    pub(super) from: Party,
    pub(super) to: Party,
    pub(super) legs: Vec<SeenLeg>,
    #[serde(default)]
    pub(super) missed: bool,
    /// Seconds they talked.
    pub(super) duration_s: Option<i64>,
    pub(super) provider: Provider,
    #[serde(default)]
    pub(super) rev: i64,
    /// What is on its way to the provider.
    #[serde(default)]
    pub(super) pending: Vec<Pending>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Pending {
    pub(super) control: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Party {
    pub(super) value: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct SeenLeg {
    pub(super) party: Party,
    pub(super) state: String,
}

/// What the provider calls the contact's leg.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Provider {
    pub(super) id: Option<String>,
}

impl SeenCall {
    /// The number of the contact.
    pub(super) fn contact(&self) -> &str {
        if self.direction == "inbound" { &self.from.value } else { &self.to.value }
    }

    pub(super) fn is_over(&self) -> bool {
        is_over(&self.state)
    }

    /// Whether the provider has still to do this.
    pub(super) fn waits_for(&self, control: &str) -> bool {
        self.pending.iter().any(|pending| pending.control == control)
    }
}

/// Of a call or a leg: nothing comes after it.
pub(super) fn is_over(state: &str) -> bool {
    matches!(state, "completed" | "busy" | "no_answer" | "failed" | "canceled")
}
