//! What the machine can do at best, measured beside every scenario: without it a number means nothing.

pub mod commit;
pub mod fan_out;
mod machine;
mod read_sockets;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::commit::{Place, Width};
pub(crate) use self::machine::echo;
pub use self::read_sockets::ReadSockets;
use crate::report::Report;

/// Which floors to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Floor {
    /// Bare group commit in plain SQL.
    Commit,
    /// Bare write() of frames to many sockets.
    FanOut,
    /// fdatasync and loopback.
    Machine,
}

#[derive(Debug, Args)]
pub struct FloorArguments {
    /// What to measure; everything when nothing is named.
    #[arg(value_enum)]
    floors: Vec<Floor>,
    /// Measure the group commit on this PostgreSQL server too; a database is created and dropped.
    #[arg(long, env = "LOADTEST_DATABASE_URL")]
    database_url: Option<String>,
    /// Where temporary files go; the disk of this folder is what is measured.
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
    /// Seconds per measurement.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Sockets of the bare fan-out; this process and the one that reads need as many descriptors.
    #[arg(long, default_value_t = 1000)]
    sockets: usize,
}

impl FloorArguments {
    /// Measures and reports.
    ///
    /// # Errors
    /// When a database is away or the machine refuses sockets or files.
    pub async fn run(&self, seed: u64) -> Result<Report> {
        let during = Duration::from_secs(self.seconds);
        let mut report = Report::new("floor");
        if self.wants(Floor::Commit) {
            report.join(commit::report(&self.places(), &widths(), during, seed).await?);
        }
        if self.wants(Floor::FanOut) {
            report.join(fan_out::report(self.sockets, during).await?);
        }
        if self.wants(Floor::Machine) {
            report.join(machine::report(&self.folder, during).await?);
        }
        Ok(report)
    }

    fn wants(&self, floor: Floor) -> bool {
        self.floors.is_empty() || self.floors.contains(&floor)
    }

    fn places(&self) -> Vec<Place> {
        let sqlite = Place::Sqlite(self.folder.clone());
        let postgres = self.database_url.clone().map(Place::Postgres);
        [sqlite].into_iter().chain(postgres).collect()
    }
}

fn widths() -> Vec<Width> {
    let tenants = [1, 64];
    [1, 16, 256]
        .into_iter()
        .flat_map(|conversations| tenants.map(|tenants| Width { conversations, tenants }))
        .collect()
}
