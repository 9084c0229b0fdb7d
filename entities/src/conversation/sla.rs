//! The clock of a conversation: how long somebody may still be kept waiting.

use std::time::Duration;

use crate::Timestamp;

/// A clock that runs, or ran out. A conversation has one at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sla {
    pub kind: SlaKind,
    /// What the time is counted from.
    pub since: Timestamp,
    /// When the time is over.
    pub due_at: Timestamp,
    /// Four fifths of the time are over, and agents were told.
    pub warned: bool,
    /// All of it is over, and agents were told.
    pub breached: bool,
}

impl Sla {
    /// A clock that begins at `since` and may run for `time`.
    #[must_use]
    pub fn starting(kind: SlaKind, since: Timestamp, time: Duration) -> Self {
        Self { kind, since, due_at: since.plus(time), warned: false, breached: false }
    }

    /// When agents are warned: after four fifths of the time.
    #[must_use]
    pub fn warns_at(&self) -> Timestamp {
        self.since.plus(self.due_at.since(self.since) * 4 / 5)
    }

    /// When agents are told something next; `None` when all was told.
    #[must_use]
    pub fn rings_at(&self) -> Option<Timestamp> {
        match (self.warned, self.breached) {
            (_, true) => None,
            (true, false) => Some(self.due_at),
            (false, false) => Some(self.warns_at()),
        }
    }
}

words! {
    /// Who is waited for.
    pub enum SlaKind {
        /// A user, by a contact whom no user has answered yet.
        FirstAnswer = "first_answer",
        /// A user, by a contact whom one has answered before.
        NextAnswer = "next_answer",
        /// The contact, by us.
        WaitingOnCustomer = "waiting_on_customer",
    }
}
