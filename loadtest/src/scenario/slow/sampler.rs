//! The memory of the hub, looked at all the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::measure::{Process, megabytes};

const EVERY: Duration = Duration::from_millis(10);

/// Watches from its start to its drop.
pub(super) struct Sampler {
    hub: Process,
    before: u64,
    peak: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

/// MB at three moments.
pub(super) struct Memory {
    pub(super) before: f64,
    pub(super) peak: f64,
    pub(super) after: f64,
}

impl Sampler {
    pub(super) fn start(hub: Process) -> Result<Self> {
        let before = hub.resident_bytes()?;
        let peak = Arc::new(AtomicU64::new(before));
        let watched = Arc::clone(&peak);
        let task = tokio::spawn(async move {
            while let Ok(now) = hub.resident_bytes() {
                watched.fetch_max(now, Ordering::Relaxed);
                sleep(EVERY).await;
            }
        });
        Ok(Self { hub, before, peak, task })
    }

    pub(super) fn read(&self) -> Result<Memory> {
        let after = self.hub.resident_bytes()?;
        let peak = self.peak.load(Ordering::Relaxed).max(after);
        Ok(Memory { before: megabytes(self.before), peak: megabytes(peak), after: megabytes(after) })
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.task.abort();
    }
}
