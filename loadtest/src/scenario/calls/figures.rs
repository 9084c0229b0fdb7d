//! What a run says: how fast what the provider tells is told on, what a live call costs, and what an outsider finds.

use std::time::Duration;

use super::audit::Played;
use super::ledger::Ledger;
use super::witness::{Heard, OVER};
use crate::measure::{Latencies, megabytes};
use crate::report::{Cell, Report, Table, ratio};

/// What a callback tells of, and the state a leg is then shown in.
const STEPS: [(&str, &str); 3] = [("ringing", "ringing"), ("answered", "in_progress"), ("completed", OVER)];

/// From the post of a callback that was taken to the frame that first shows it; callbacks of what had been learnt
/// otherwise show nothing.
pub(super) fn latencies(played: &[Played], ledger: &Ledger, heard: &Heard) -> Table {
    let mut table = Table::new(
        "from the provider's post to the frame",
        &["what", "count", "p50_ms", "p99_ms", "longest_ms"],
    );
    let mut all = Latencies::default();
    for (event, state) in STEPS {
        let mut latencies = Latencies::default();
        for (party, leg) in ledger.legs() {
            let name = party.strip_prefix("client:").unwrap_or(party);
            let posted = leg.posted_at_us.get(event).copied();
            record(&mut latencies, posted, heard.leg(name, state));
        }
        all.add(&latencies);
        table.row(row(&format!("callback {event}"), &latencies));
    }
    table.row(row("all callbacks", &all));
    let (mut arrivals, mut ends) = (Latencies::default(), Latencies::default());
    for played in played {
        let Some(contact) = ledger.with(&played.contact).first() else { continue };
        if played.is_incoming {
            record(&mut arrivals, Some(contact.began_at_us), heard.created.get(&played.contact).copied());
        }
        record(&mut ends, contact.ended_at_us, heard.ended.get(&played.contact).copied());
    }
    table.row(row("somebody calls", &arrivals));
    table.row(row("end there, last event here", &ends));
    table
}

fn record(latencies: &mut Latencies, from: Option<i64>, to: Option<i64>) {
    let lasted = from.zip(to).and_then(|(from, to)| u64::try_from(to - from).ok());
    if let Some(lasted) = lasted {
        latencies.record(Duration::from_micros(lasted));
    }
}

fn row(what: &str, latencies: &Latencies) -> Vec<Cell> {
    let count = latencies.count();
    let mut row = vec![what.into(), count.into()];
    if count > 0 {
        row.extend([latencies.at(0.5), latencies.at(0.99), latencies.longest()].map(Cell::from));
    }
    row
}

/// Resident memory of the hub in bytes, before the calls and with so many of them.
pub(super) fn memory(live: usize, before: u64, after: u64) -> Table {
    let mut table = Table::new(
        "memory of the hub per live call",
        &["live_calls", "hub_before_mb", "hub_after_mb", "kb_per_call"],
    );
    table.row([
        live.into(),
        megabytes(before).into(),
        megabytes(after).into(),
        ratio(after.saturating_sub(before) as f64 / 1024.0, live as f64).into(),
    ]);
    table
}

/// How many there were, and how often a promise was broken.
pub(super) fn judgement(
    report: &mut Report,
    title: &str,
    counts: &[(&'static str, usize)],
    broken: &[(&'static str, &[String])],
) {
    let mut table = Table::new(title, &["what", "count"]);
    for (what, count) in counts {
        table.row([(*what).into(), (*count).into()]);
    }
    for (what, examples) in broken {
        table.row([(*what).into(), examples.len().into()]);
        if let Some(example) = examples.first() {
            report.failure(format!("{} {what}, for instance {example}", examples.len()));
        }
    }
    report.table(table);
}
