//! The provider's calls, by who is at the other end of them.

use std::collections::HashMap;

use crate::provider::twilio::{Called, Simulator};

/// Every leg the provider has had, the first one first.
#[derive(Debug, Default)]
pub(super) struct Ledger(HashMap<String, Vec<Called>>);

impl Ledger {
    pub(super) fn of(simulator: &Simulator) -> Self {
        Self::from_calls(simulator.calls())
    }

    pub(super) fn from_calls(calls: Vec<Called>) -> Self {
        let mut legs: HashMap<String, Vec<Called>> = HashMap::new();
        for call in calls {
            let party = if call.direction == "inbound" { &call.from } else { &call.to };
            legs.entry(party.clone()).or_default().push(call);
        }
        Self(legs)
    }

    /// The legs with one party: a number, or `client:` and a name.
    pub(super) fn with(&self, party: &str) -> &[Called] {
        self.0.get(party).map_or(&[], Vec::as_slice)
    }

    /// Every leg, and with whom it is.
    pub(super) fn legs(&self) -> impl Iterator<Item = (&str, &Called)> {
        self.0.iter().flat_map(|(party, legs)| legs.iter().map(|leg| (party.as_str(), leg)))
    }

    /// Whether a party is on the line now.
    pub(super) fn is_up(&self, party: &str) -> bool {
        self.with(party).iter().any(|leg| leg.status == "in-progress")
    }

    /// What the provider calls the last leg with a party.
    pub(super) fn sid(&self, party: &str) -> Option<&str> {
        self.with(party).last().map(|leg| leg.sid.as_str())
    }
}
