//! What each fault cost the clients: how long they waited, how many were cut and for how long.

use std::time::Duration;

use super::fault::Fault;
use crate::measure::Latencies;
use crate::report::{Cell, Report, Table};
use crate::scenario::crash::absence::Absence;

#[derive(Default)]
pub(super) struct Toll(Vec<Cost>);

/// Of one fault.
pub(super) struct Cost {
    pub(super) fault: Fault,
    pub(super) lasted: Duration,
    /// From its end until every conversation had an answer, and until every node heard the others.
    pub(super) served: Duration,
    pub(super) whole: Duration,
    /// Clients that were cut since it began.
    pub(super) absences: Vec<Absence>,
}

const COLUMNS: [&str; 8] = [
    "fault",
    "what",
    "lasted_s",
    "all_served_after_s",
    "whole_after_s",
    "clients_cut",
    "told_why",
    "longest_away_s",
];

impl Toll {
    pub(super) fn add(&mut self, cost: Cost) {
        self.0.push(cost);
    }

    pub(super) fn tell(&self, report: &mut Report, clients: usize) {
        let mut table = Table::new("faults", &COLUMNS);
        for (number, cost) in self.0.iter().enumerate() {
            table.row(
                [(number + 1).into(), cost.fault.name().into(), seconds(cost.lasted)]
                    .into_iter()
                    .chain(cost.cells()),
            );
        }
        report.table(table);
        report.table(self.by_kind());
        report.table(self.of_clients(clients));
    }

    /// The worst of each kind.
    fn by_kind(&self) -> Table {
        let title = "recovery by kind of fault, the longest of each";
        let mut table =
            Table::new(title, &["what", "times", "all_served_after_s", "whole_after_s", "longest_away_s"]);
        let mut kinds: Vec<Fault> = Vec::new();
        for cost in &self.0 {
            if !kinds.contains(&cost.fault) {
                kinds.push(cost.fault);
            }
        }
        for kind in kinds {
            let of_it: Vec<&Cost> = self.0.iter().filter(|cost| cost.fault == kind).collect();
            let longest = |of: fn(&Cost) -> Duration| {
                seconds(of_it.iter().map(|cost| of(cost)).max().unwrap_or_default())
            };
            let cells =
                [longest(|cost| cost.served), longest(|cost| cost.whole), longest(Cost::longest_away)];
            table.row([kind.name().into(), of_it.len().into()].into_iter().chain(cells));
        }
        table
    }

    fn of_clients(&self, clients: usize) -> Table {
        let absences = || self.0.iter().flat_map(|cost| &cost.absences);
        let back = || absences().filter_map(Absence::lasted);
        let (mut away, mut found) = (Latencies::default(), 0_usize);
        back().for_each(|lasted| away.record(lasted));
        found += absences().filter(|absence| absence.found_its_place()).count();
        let mut table = Table::new(
            "clients of the load: cut, and back where they were (bar: the rest 0)",
            &[
                "clients",
                "cut",
                "found_their_place",
                "told_to_load_anew",
                "still_away",
                "p50_away_s",
                "longest_away_s",
            ],
        );
        table.row([
            clients.into(),
            absences().count().into(),
            found.into(),
            (back().count() - found).into(),
            (absences().count() - back().count()).into(),
            seconds(away.at(0.5)),
            seconds(away.longest()),
        ]);
        table
    }
}

impl Cost {
    fn cells(&self) -> [Cell; 5] {
        let told = self.absences.iter().filter(|absence| absence.was_told).count();
        [
            seconds(self.served),
            seconds(self.whole),
            self.absences.len().into(),
            told.into(),
            seconds(self.longest_away()),
        ]
    }

    fn longest_away(&self) -> Duration {
        self.absences.iter().filter_map(Absence::lasted).max().unwrap_or_default()
    }
}

fn seconds(duration: Duration) -> Cell {
    duration.as_secs_f64().into()
}
