//! What happened, counted by name.

use std::collections::BTreeMap;

use parking_lot::Mutex;

/// A handful of names; nothing a peer says becomes one.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<BTreeMap<String, u64>>);

impl Tally {
    pub(super) fn count(&self, what: impl Into<String>) {
        self.add(what, 1);
    }

    pub(super) fn add(&self, what: impl Into<String>, many: u64) {
        if many > 0 {
            *self.0.lock().entry(what.into()).or_default() += many;
        }
    }

    pub(super) fn all(&self) -> BTreeMap<String, u64> {
        self.0.lock().clone()
    }
}
