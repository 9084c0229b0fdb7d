//! The bare group commit: the rows of a `message.send` in plain SQL, as fast as the database takes them.

mod closed_loop;
mod lane;
mod operation;
mod postgres;
mod sqlite;
mod store;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;
use uuid::Uuid;

use self::closed_loop::Loops;
use self::operation::Thread;
use self::postgres::Postgres;
use self::sqlite::Sqlite;
use self::store::Store;
use crate::database::TemporaryDatabase;
use crate::measure::Latencies;
use crate::report::{Cell, Report, Table, bar, per_second};

/// As many writers as a node of the hub has on PostgreSQL.
const LANES: usize = 4;

/// Where the tables are made; they are gone afterwards.
#[derive(Debug, Clone)]
pub enum Place {
    /// A temporary folder in this one.
    Sqlite(PathBuf),
    /// A database of our own on the server of this URL.
    Postgres(String),
}

/// How wide the load is.
#[derive(Debug, Clone, Copy)]
pub struct Width {
    pub conversations: usize,
    pub tenants: usize,
}

/// What one closed loop over a place reached.
#[derive(Debug, Clone)]
pub struct Reached {
    pub commits: u64,
    pub during: Duration,
    pub latencies: Latencies,
}

impl Reached {
    #[must_use]
    pub fn per_second(&self) -> f64 {
        per_second(self.commits, self.during)
    }
}

impl Place {
    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgresql",
        }
    }

    /// Every conversation of `width` commits one message after the other, for `during`.
    ///
    /// # Errors
    /// When the database is away or refuses a batch.
    pub async fn commit(&self, width: Width, during: Duration, seed: u64) -> Result<Reached> {
        match self {
            Self::Sqlite(folder) => on_sqlite(folder, width, during, seed).await,
            Self::Postgres(url) => {
                let database = TemporaryDatabase::create(url).await?;
                let reached = on_postgres(&database, width, during, seed).await;
                database.drop().await?;
                reached
            }
        }
    }
}

async fn on_sqlite(folder: &Path, width: Width, during: Duration, seed: u64) -> Result<Reached> {
    let folder = TempDir::with_prefix_in("loadtest-", folder).context("cannot make a temporary folder")?;
    let mut store = Sqlite::create(folder.path()).await?;
    let (tenants, threads) = population(width);
    store.seed(&tenants, &threads).await?;
    Loops { threads, tenants, during, seed }.run(vec![store]).await
}

async fn on_postgres(
    database: &TemporaryDatabase,
    width: Width,
    during: Duration,
    seed: u64,
) -> Result<Reached> {
    let mut stores = Vec::new();
    for _ in 0..LANES {
        stores.push(Postgres::connect(&database.options()).await?);
    }
    let (tenants, threads) = population(width);
    stores[0].create_tables().await?;
    stores[0].seed(&tenants, &threads).await?;
    Loops { threads, tenants, during, seed }.run(stores).await
}

fn population(width: Width) -> (Vec<Uuid>, Vec<Thread>) {
    let tenants: Vec<Uuid> = (0..width.tenants.max(1)).map(|_| Uuid::now_v7()).collect();
    let threads =
        (0..width.conversations).map(|number| Thread::new(tenants[number % tenants.len()])).collect();
    (tenants, threads)
}

/// Measures every place at every width.
///
/// # Errors
/// When a database is away or refuses a batch.
pub async fn report(places: &[Place], widths: &[Width], during: Duration, seed: u64) -> Result<Report> {
    let mut report = Report::new("floor: bare group commit");
    let mut table = Table::new(
        "group commit in plain SQL (1 conversation, 1 message, 1 event, 1 idempotency key, the log; per commit)",
        &["database", "conversations", "tenants", "commits_per_s", "p50_ms", "p99_ms"],
    );
    let progress = bar("group commit", (places.len() * widths.len()) as u64);
    for place in places {
        report.setting(place.name(), durability(place).await?);
        for &width in widths {
            let reached = place.commit(width, during, seed).await?;
            table.row([
                Cell::from(place.name()),
                width.conversations.into(),
                width.tenants.into(),
                reached.per_second().into(),
                reached.latencies.at(0.5).into(),
                reached.latencies.at(0.99).into(),
            ]);
            progress.step();
        }
    }
    report.table(table);
    Ok(report)
}

async fn durability(place: &Place) -> Result<String> {
    match place {
        Place::Sqlite(folder) => Ok(format!("WAL, synchronous=FULL, in {}", folder.display())),
        Place::Postgres(url) => {
            let database = TemporaryDatabase::create(url).await?;
            let durability = database.durability().await;
            database.drop().await?;
            durability
        }
    }
}
