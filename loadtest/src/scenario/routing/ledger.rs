//! Who was given what, as somebody knows who hears every event in order. Pure.

use std::collections::{BTreeMap, HashMap};

/// Counts what agents have in hand, and notes whatever should not have been.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    agents: BTreeMap<String, Agent>,
    /// Who has each conversation that is not over.
    holders: HashMap<String, String>,
    /// How often somebody was given more than he may have.
    pub(super) over_capacity: u64,
    /// The most that somebody who was given one had in hand above whoever had least.
    pub(super) worst_gap: u64,
}

#[derive(Debug, Default)]
struct Agent {
    capacity: u64,
    in_hand: u64,
    given: u64,
}

/// How a conversation stands after an event.
pub(super) struct Standing<'a> {
    pub(super) conversation: &'a str,
    /// The one who has it, while it is open or pending.
    pub(super) holder: Option<&'a str>,
    /// Routing did it.
    pub(super) routed: bool,
}

impl Ledger {
    pub(super) fn new(agents: impl IntoIterator<Item = String>, capacity: u64) -> Self {
        let agents = agents.into_iter().map(|id| (id, Agent { capacity, ..Agent::default() })).collect();
        Self { agents, ..Self::default() }
    }

    /// Takes note of one event; true when a conversation was given away by it.
    pub(super) fn note(&mut self, after: &Standing<'_>) -> bool {
        let before = self.holders.get(after.conversation).cloned();
        if before.as_deref() == after.holder {
            return false;
        }
        if let Some(agent) = before.and_then(|id| self.agents.get_mut(&id)) {
            agent.in_hand -= 1;
        }
        let Some(holder) = after.holder else {
            self.holders.remove(after.conversation);
            return false;
        };
        self.holders.insert(after.conversation.to_owned(), holder.to_owned());
        let least = self.agents.values().map(|agent| agent.in_hand).min().unwrap_or_default();
        let Some(agent) = self.agents.get_mut(holder) else { return after.routed };
        if after.routed {
            self.worst_gap = self.worst_gap.max(agent.in_hand - least);
            self.over_capacity += u64::from(agent.in_hand >= agent.capacity);
            agent.given += 1;
        }
        agent.in_hand += 1;
        after.routed
    }

    pub(super) fn in_hand(&self) -> u64 {
        self.agents.values().map(|agent| agent.in_hand).sum()
    }

    /// The least and the most anybody was given in all.
    pub(super) fn given(&self) -> (u64, u64) {
        let given = || self.agents.values().map(|agent| agent.given);
        (given().min().unwrap_or_default(), given().max().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given<'a>(conversation: &'a str, holder: &'a str) -> Standing<'a> {
        Standing { conversation, holder: Some(holder), routed: true }
    }

    #[test]
    fn what_is_over_is_in_nobodys_hand() {
        let mut ledger = Ledger::new(["ann".to_owned(), "bob".to_owned()], 1);
        assert!(ledger.note(&given("1", "ann")));
        assert!(!ledger.note(&given("1", "ann")), "told twice");
        assert!(ledger.note(&given("2", "bob")));
        assert_eq!((ledger.in_hand(), ledger.over_capacity, ledger.worst_gap), (2, 0, 0));
        ledger.note(&Standing { conversation: "1", holder: None, routed: false });
        assert_eq!((ledger.in_hand(), ledger.given()), (1, (1, 1)));
    }

    #[test]
    fn who_is_given_too_much_or_before_others_is_noticed() {
        let mut ledger = Ledger::new(["ann".to_owned(), "bob".to_owned()], 1);
        ledger.note(&given("1", "ann"));
        ledger.note(&given("2", "ann"));
        assert_eq!((ledger.over_capacity, ledger.worst_gap, ledger.given()), (1, 1, (0, 2)));
    }
}
