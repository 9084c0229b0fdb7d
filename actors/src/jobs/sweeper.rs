//! The sweeper of a node: now and then it removes what is over, and trims the logs.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use entities::{TenantId, Timestamp, log};

use crate::{
    attachment::Attachments,
    journal::{Over, STEP},
    ports::Ports,
    recording::Recordings,
    store::StoreError,
};

/// How long a job that was done is kept.
const DONE_JOBS: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Between two steps others write.
const PAUSE: Duration = Duration::from_millis(5);
/// Tenants in one question.
const TENANTS: u64 = 1_000;

/// Settings of the sweeper.
#[derive(Clone, Copy, Debug)]
pub struct SweeperOptions {
    /// How long events stay in the log; `None` for ever.
    pub events: Option<Duration>,
    /// How long what providers sent is kept; `None` for ever.
    pub receipts: Option<Duration>,
    /// Between two rounds.
    pub every: Duration,
}

impl Default for SweeperOptions {
    fn default() -> Self {
        Self { events: None, receipts: None, every: Duration::from_secs(600) }
    }
}

/// Removes what is over. Nodes may do it at the same time: each row goes once.
#[derive(Clone)]
pub struct Sweeper {
    inner: Arc<Inner>,
}

struct Inner {
    ports: Ports,
    attachments: Option<Attachments>,
    recordings: Recordings,
    options: SweeperOptions,
}

impl Sweeper {
    /// A sweeper whose first round is one interval away; it ends with its last handle.
    #[must_use]
    pub fn start(ports: Ports, attachments: Option<Attachments>, options: SweeperOptions) -> Self {
        let recordings = Recordings::new(ports.clone());
        let inner = Arc::new(Inner { ports, attachments, recordings, options });
        inner.ports.store().io().spawn(now_and_then(Arc::downgrade(&inner), options.every));
        Self { inner }
    }

    /// One round, to its end; answers how many rows are gone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sweep(&self) -> Result<u64, StoreError> {
        self.inner.sweep().await
    }
}

/// What is repeated until nothing is left of it.
#[derive(Clone, Copy)]
enum Step {
    Sweep(Over),
    Trim(TenantId),
}

async fn now_and_then(sweeper: Weak<Inner>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let Some(inner) = sweeper.upgrade() else { return };
        match inner.sweep().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "removed what was over"),
            Err(error) => tracing::warn!(%error, "what is over cannot be removed"),
        }
    }
}

impl Inner {
    async fn sweep(&self) -> Result<u64, StoreError> {
        let now = self.ports.now();
        let mut gone = 0;
        for (over, before) in [
            (Over::IdempotencyKeys, now),
            (Over::SignIns, now),
            (Over::SignInCodes, now),
            (Over::DoneJobs, now.minus(DONE_JOBS)),
        ]
        .into_iter()
        .chain(self.options.receipts.map(|kept| (Over::Receipts, now.minus(kept))))
        {
            gone += self.to_the_end(Step::Sweep(over), before).await?;
        }
        gone += self.remove_recordings().await;
        gone += self.remove_files().await?;
        match self.options.events {
            Some(kept) => Ok(gone + self.trim_all(now.minus(kept)).await?),
            None => Ok(gone),
        }
    }

    /// Before their files, which go with them.
    async fn remove_recordings(&self) -> u64 {
        let mut gone = 0;
        loop {
            match self.recordings.remove_over().await {
                Ok(0) => return gone,
                Ok(removed) => gone += removed,
                Err(error) => {
                    tracing::warn!(%error, "recordings that were kept long enough cannot be removed");
                    return gone;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// A file that cannot be removed is tried again in the next round, and keeps nothing else from going.
    async fn remove_files(&self) -> Result<u64, StoreError> {
        let (Some(attachments), mut gone) = (&self.attachments, 0) else { return Ok(0) };
        loop {
            match attachments.remove_over().await {
                Ok(0) => return Ok(gone),
                Ok(removed) => gone += removed,
                Err(error) => {
                    tracing::warn!(%error, "files nobody needs cannot be removed");
                    return Ok(gone);
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn trim_all(&self, before: Timestamp) -> Result<u64, StoreError> {
        let (mut gone, mut last) = (0, None::<TenantId>);
        loop {
            let logs = self.ports.store().read_across_tenants(move |db| async move {
                log::Entity::page_across_tenants(last, TENANTS).all(&db).await
            });
            let logs = logs.await?;
            let Some(end) = logs.last() else { return Ok(gone) };
            last = Some(end.tenant_id);
            for log in logs.iter().filter(|log| log.trimmed_seq < log.last_seq) {
                gone += self.to_the_end(Step::Trim(log.tenant_id), before).await?;
            }
        }
    }

    async fn to_the_end(&self, step: Step, before: Timestamp) -> Result<u64, StoreError> {
        let (journal, mut gone) = (&self.ports.journal, 0);
        loop {
            let rows = match step {
                Step::Sweep(over) => journal.sweep(over, before).await?,
                Step::Trim(tenant) => journal.trim(tenant, before).await?,
            };
            gone += rows;
            if rows < STEP {
                return Ok(gone);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
