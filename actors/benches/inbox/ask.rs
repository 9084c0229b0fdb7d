//! Asking the same question many times, one after the other, and what that took.

use std::time::{Duration, Instant};

use actors::testing::House;

pub(crate) const HEAD: &str =
    "database    of all   question                                   rows    p50 µs    p99 µs";

/// Asks questions about `of_all` things, `times` each.
pub(crate) struct Asker {
    database: &'static str,
    pub(crate) of_all: u64,
    times: usize,
}

impl Asker {
    pub(crate) fn of(house: &House, of_all: u64, times: usize) -> Self {
        Self { database: house.database(), of_all, times: times.clamp(1, 100_000) }
    }

    /// Prints a line. `asked` answers with how many rows it got; the first tenth of the asks only warms up.
    pub(crate) async fn ask(&self, question: &str, asked: impl AsyncFn() -> usize) {
        for _ in 0..=self.times / 10 {
            asked().await;
        }
        let (mut took, mut rows) = (Vec::new(), 0);
        for _ in 0..self.times {
            let began = Instant::now();
            rows = asked().await;
            took.push(began.elapsed());
        }
        took.sort_unstable();
        let (p50, p99) = (at(&took, 0.5).as_micros(), at(&took, 0.99).as_micros());
        let Self { database, of_all, .. } = self;
        println!("{database:<10} {of_all:>8}  {question:<40} {rows:>6} {p50:>9} {p99:>9}");
    }
}

fn at(sorted: &[Duration], share: f64) -> Duration {
    let index = (sorted.len() as f64 * share) as usize;
    sorted[index.min(sorted.len() - 1)]
}
