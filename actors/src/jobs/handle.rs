//! The door to jobs.

use std::{sync::Arc, time::Duration};

use entities::{JobId, TenantId};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;

use crate::{
    asked::{Asked, Earlier},
    audit::{self, Deed},
    journal::{Commit, Record, Row},
    ports::{Attempt, Ports},
    store::StoreError,
};

use super::{Job, JobError, JobKind, running::Running, state, store, worker};

/// Settings of the room.
#[derive(Clone, Copy, Debug)]
pub struct JobsOptions {
    /// Jobs in hand at once, on this node.
    pub hands: usize,
    /// How many of them may be one tenant's.
    pub share: usize,
    /// How often the store is looked at even when nobody said anything: other nodes owe jobs too.
    pub poll_every: Duration,
}

impl Default for JobsOptions {
    fn default() -> Self {
        Self { hands: 64, share: 16, poll_every: Duration::from_secs(1) }
    }
}

/// The jobs of all tenants, and this node's worker. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) ports: Ports,
    pub(super) kinds: Vec<Arc<dyn JobKind>>,
    pub(super) options: JobsOptions,
    /// Names this node in leases; new at every start.
    pub(super) node: Uuid,
    pub(super) running: Running,
    /// Held while the worker takes jobs: who has it knows that none is on its way into a hand.
    pub(super) taking: Mutex<()>,
    stopping: watch::Sender<bool>,
}

impl Jobs {
    /// The room, whose worker begins at once.
    #[must_use]
    pub fn start(ports: Ports, node: Uuid, kinds: Vec<Arc<dyn JobKind>>, options: JobsOptions) -> Self {
        let stopping = watch::Sender::new(false);
        let running = Running::new(options.hands);
        let told = stopping.subscribe();
        let taking = Mutex::new(());
        let inner = Arc::new(Inner { ports, kinds, options, node, running, taking, stopping });
        if inner.kinds.is_empty() {
            return Self { inner };
        }
        inner.ports.store().io().spawn(worker::work(Arc::downgrade(&inner), told));
        Self { inner }
    }

    /// A job that was given up is done again, after nothing else changed: in its old place among those of its key.
    ///
    /// # Errors
    /// [`JobError`].
    pub async fn redrive(&self, tenant: TenantId, asked: &Asked, id: JobId) -> Result<Job, JobError> {
        let ports = &self.inner.ports;
        ports
            .until_written(|| async {
                match asked.earlier(ports, tenant).await.map_err(refused)? {
                    Earlier::Answered(job) => return Ok(job),
                    Earlier::Mismatch => return Err(Attempt::Refused(JobError::IdempotencyMismatch)),
                    Earlier::None => {}
                }
                let before = store::load(ports.store(), tenant, id).await.map_err(refused)?;
                let before = before.ok_or(Attempt::Refused(JobError::NotFound))?;
                let now = ports.now();
                let row = state::redrive(before, now).map_err(Attempt::Refused)?;
                let job = Job::from(row.clone());
                let deed = Deed { action: "job.redrive", noun: "job", id: id.as_uuid() };
                let entry = audit::entry(ports, tenant, asked, deed, serde_json::Map::new());
                let commit = Commit::new(tenant, now, vec![Row::Update(Record::Job(row)), entry], Vec::new());
                ports.journal.commit(commit.answering(asked.answer_untold(&job))).await?;
                Ok(job)
            })
            .await
    }

    /// How many jobs this node has in hand.
    #[must_use]
    pub fn running(&self) -> usize {
        self.inner.running.len()
    }

    /// Takes nothing new, and waits until everything in hand is settled, at most `patience`. What is not comes back
    /// when its lease ends.
    pub async fn drain(&self, patience: Duration) {
        self.inner.stopping.send_replace(true);
        let settled = async {
            // What is being taken at this moment is in hand afterwards.
            drop(self.inner.taking.lock().await);
            while self.inner.running.len() > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(patience, settled).await.is_err() {
            tracing::warn!(jobs = self.inner.running.len(), "jobs are left to their leases");
        }
    }
}

fn refused(error: StoreError) -> Attempt<JobError> {
    Attempt::Refused(error.into())
}
