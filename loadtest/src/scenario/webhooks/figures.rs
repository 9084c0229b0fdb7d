//! What a run says: figures beside the floor of the same run, and every webhook that was not taken.

use std::time::Duration;

use anyhow::Result;

use super::audit::Findings;
use super::storm::Ran;
use crate::floor::commit;
use crate::floor::echo;
use crate::report::{Cell, Report, Table, per_second, ratio};

const COLUMNS: [&str; 10] = [
    "webhooks",
    "loop",
    "taken_per_s",
    "p50_ms",
    "p99_ms",
    "longest_ms",
    "hub_cpu_us",
    "floor_per_s",
    "floor_p99_ms",
    "ratio",
];

/// The loops beside the bare group commit. An open loop reaches what it is asked for, so it has no ratio.
pub(super) fn figures(ran: &[Ran], floor: &commit::Reached) -> Table {
    let mut table = Table::new(
        "signed webhooks, 2xx when on disk, beside the bare group commit (bars: texts in a closed loop ≥ 3000 a second; p99 ≤ 25 ms at 500 a second)",
        &COLUMNS,
    );
    for it in ran {
        let latencies = &it.reached.latencies;
        let mut row: Vec<Cell> = vec![
            it.webhooks.into(),
            it.pace.into(),
            it.reached.rate().into(),
            latencies.at(0.5).into(),
            latencies.at(0.99).into(),
            latencies.longest().into(),
            (it.cpu.as_secs_f64() * 1e6).into(),
        ];
        if it.pace == "closed" {
            row.push(floor.per_second().into());
            row.push(floor.latencies.at(0.99).into());
            row.push(ratio(it.reached.rate(), floor.per_second()).into());
        }
        table.row(row);
    }
    table
}

/// What a question and an answer over loopback cost that do nothing.
///
/// # Errors
/// When loopback is refused.
pub(super) async fn loopback(during: Duration) -> Result<Table> {
    let echoes = echo(during).await?;
    let mut table =
        Table::new("loopback echo of 500 bytes, one after the other", &["per_s", "p50_ms", "p99_ms"]);
    table.row([per_second(echoes.count(), during).into(), echoes.at(0.5).into(), echoes.at(0.99).into()]);
    Ok(table)
}

/// A webhook that holds is taken, whatever the load.
pub(super) fn refusals(report: &mut Report, ran: &[Ran]) {
    for it in ran {
        for (status, times) in &it.reached.refused {
            report.failure(format!("{times} of the {} were answered {status}", it.webhooks));
        }
    }
}

pub(super) fn judgement(report: &mut Report, findings: &Findings) {
    let counts = [("texts taken", findings.taken), ("conversations", findings.conversations)];
    let title = "what an outsider finds (bar: 0 but for the first two)";
    report.promises(title, &counts, &findings.broken_promises());
}
