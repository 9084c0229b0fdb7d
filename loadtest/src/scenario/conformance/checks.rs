//! What was expected and what came.

use std::fmt::{Debug, Display};

use crate::report::{Cell, Report, Table};

/// A failure is told this often in each group; the others are only counted.
const TOLD: usize = 20;

#[derive(Default)]
pub(super) struct Checks(Vec<Group>);

/// Checks that belong together.
pub(super) struct Group {
    name: &'static str,
    held: usize,
    failures: Vec<String>,
}

impl Checks {
    pub(super) fn group(&mut self, name: &'static str) -> &mut Group {
        self.0.push(Group { name, held: 0, failures: Vec::new() });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    pub(super) fn tell(self, report: &mut Report) {
        let mut table = Table::new("promises checked from outside", &["group", "checks", "not_held"]);
        for group in self.0 {
            let (held, not_held) = (group.held, group.failures.len());
            table.row([Cell::from(group.name), Cell::from(held + not_held), Cell::from(not_held)]);
            for failure in group.failures.into_iter().take(TOLD) {
                report.failure(format!("{}: {failure}", group.name));
            }
        }
        report.table(table);
    }
}

impl Group {
    /// `what` gave exactly `want`.
    pub(super) fn same<T: PartialEq + Debug>(&mut self, what: impl Display, got: T, want: T) {
        if got == want {
            self.held += 1;
        } else {
            self.failures.push(format!("{what}: {got:?} came, {want:?} was promised"));
        }
    }

    /// `what` holds; `seen` is told when it does not.
    pub(super) fn holds(&mut self, what: impl Display, holds: bool, seen: impl Debug) {
        if holds {
            self.held += 1;
        } else {
            self.failures.push(format!("{what}: {seen:?} came"));
        }
    }
}
