//! Closed loops over lanes: each conversation waits for its commit before the next.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use super::Reached;
use super::lane::Lane;
use super::operation::Thread;
use super::store::Store;
use crate::measure::Latencies;

/// Statements are prepared and files grown before anything is counted.
const WARM_UP: Duration = Duration::from_millis(500);

pub(super) struct Loops {
    pub(super) threads: Vec<Thread>,
    pub(super) tenants: Vec<Uuid>,
    pub(super) during: Duration,
    pub(super) seed: u64,
}

impl Loops {
    pub(super) async fn run(self, stores: Vec<impl Store>) -> Result<Reached> {
        let (lanes, writers): (Vec<Lane>, Vec<_>) = stores.into_iter().map(Lane::start).unzip();
        let from = Instant::now() + WARM_UP;
        let until = from + self.during;
        let mut loops = JoinSet::new();
        for (number, thread) in self.threads.into_iter().enumerate() {
            // Tenants are spread evenly, as a good hash would.
            let tenant = self.tenants.iter().position(|&tenant| tenant == thread.tenant).unwrap_or(0);
            let lane = lanes[tenant % lanes.len()].clone();
            let random = StdRng::seed_from_u64(self.seed.wrapping_add(number as u64));
            loops.spawn(one_loop(thread, lane, random, from, until));
        }
        drop(lanes);
        let mut latencies = Latencies::default();
        let mut failed = Ok(());
        while let Some(ended) = loops.join_next().await {
            match ended.context("a loop panicked")? {
                Ok(own) => latencies.add(&own),
                Err(error) => failed = Err(error),
            }
        }
        for writer in writers {
            writer.await.context("a lane panicked")??;
        }
        failed?;
        ensure!(latencies.count() > 0, "nothing was committed in {:?}", self.during);
        Ok(Reached { commits: latencies.count(), during: self.during, latencies })
    }
}

async fn one_loop(
    mut thread: Thread,
    lane: Lane,
    mut random: StdRng,
    from: Instant,
    until: Instant,
) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    loop {
        let started = Instant::now();
        lane.commit(thread.next(&mut random)).await?;
        let ended = Instant::now();
        if ended >= until {
            return Ok(latencies);
        }
        if ended >= from {
            latencies.record(ended - started);
        }
    }
}
