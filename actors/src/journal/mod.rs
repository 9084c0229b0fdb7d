//! The only writer. Everything that is to last becomes a [`Commit`]: rows, the events that tell of them, the
//! answer a repeat will get; all of it or nothing, in the order of the tenant's log.
//!
//! One transaction per batch, always in the same order: lock the tenants, guard the revs, claim the fences, write
//! the rows, count up `last_seq`, write the events, commit. While one batch commits the next one gathers.

mod activity;
mod answers;
mod batch;
mod commit;
mod failure;
mod lane;
mod lanes;
mod lock;
mod lookups;
mod moves;
mod outlet;
mod queue;
mod restored;
mod row;
mod seal;
mod sweep;
mod witness;
mod words;
mod write;

use std::{sync::Arc, time::Duration};

use entities::{TenantId, job};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::store::{Store, StoreError};

pub use answers::{Answered, answered};
pub use commit::{Answer, Commit, CommitError, Committed, Fence, Lasting, NewJob};
pub(crate) use moves::MOVE_AT_ONCE;
pub use outlet::{NoOutlet, Outlet};
pub use queue::{Claim, Known};
pub use restored::{Renewed, Restored, begin_anew};
pub use row::{Record, Row};
use seal::Sealed;
pub use sweep::{Over, STEP};

/// How long a caller waits for the outcome of a commit before it is told `Unavailable`. The outcome itself is
/// never unknown, only late.
pub const COMMIT_DEADLINE: Duration = Duration::from_secs(10);

/// Commits that may wait for a lane. A caller that finds it full waits for room, at most until its deadline.
const LANE_QUEUE: usize = 1024;

/// The door to the journal. Cheap to clone.
#[derive(Clone)]
pub struct Journal {
    store: Store,
    lanes: Arc<[mpsc::Sender<Waiting>]>,
    deadline: Duration,
    jobs: Arc<Notify>,
}

/// A sealed commit and the one who waits for it.
struct Waiting {
    commit: Sealed,
    until: tokio::time::Instant,
    answer: oneshot::Sender<Result<Committed, CommitError>>,
}

impl Journal {
    /// Opens the lanes of the store: one on SQLite, four on PostgreSQL. What is committed goes to `outlet`.
    #[must_use]
    pub fn open(store: Store, outlet: Arc<dyn Outlet>) -> Self {
        let jobs = Arc::new(Notify::new());
        let lanes = lanes::open(&store, &outlet, &jobs);
        Self { store, lanes: lanes.into(), deadline: COMMIT_DEADLINE, jobs }
    }

    /// The same journal for callers that wait no longer than `deadline`.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Writes all of `commit` or nothing.
    ///
    /// # Errors
    /// [`CommitError`]. `Conflict`: somebody was faster, nothing is written; look again and decide again.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        let until = tokio::time::Instant::now() + self.deadline;
        let lane = &self.lanes[lanes::of(commit.tenant, self.lanes.len())];
        tokio::time::timeout_at(until, async {
            let keys = self.store.keys(commit.tenant).await.map_err(|_| CommitError::Unavailable)?;
            let commit = seal::seal(commit, &keys)?;
            let (answer, outcome) = oneshot::channel();
            let waiting = Waiting { commit, until, answer };
            lane.send(waiting).await.map_err(|_| CommitError::Unavailable)?;
            outcome.await.unwrap_or(Err(CommitError::Unavailable))
        })
        .await
        .unwrap_or(Err(CommitError::Unavailable))
    }

    /// Takes jobs that are due, at most as many as the claim has room for: from now on they are the claimant's, until the
    /// lease ends. Their attempts are written with it.
    ///
    /// # Errors
    /// When the database does not answer. What was taken all the same comes back when its lease ends.
    pub async fn claim(&self, claim: Claim) -> Result<Vec<job::Model>, StoreError> {
        // A claim takes no seq and no tenant's lock.
        self.store.write_aside(|writer| async move { queue::claim(&writer, claim).await }).await
    }

    /// Ready when a commit owed or moved jobs since the last time. One may wait for it.
    pub async fn jobs_moved(&self) {
        self.jobs.notified().await;
    }

    /// How many commits wait, over all lanes.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.lanes.iter().map(|lane| lane.max_capacity() - lane.capacity()).sum()
    }

    /// The store this journal writes to.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}

/// Every commit about one tenant takes the same lane, on every node.
fn tenant_hash(tenant: TenantId) -> u64 {
    let bytes = tenant.as_uuid().into_bytes();
    // The tail of a UUIDv7 is random; folding it is hash enough and the same in every process.
    bytes[8..].iter().fold(0, |hash, byte| (hash << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use super::*;
    use crate::testing::{House, Node, People};

    async fn pages(node: &Node, most: u32) {
        let sql = format!("PRAGMA max_page_count = {most}");
        node.ports.store().writers()[0].connection().execute_unprepared(&sql).await.unwrap();
    }

    async fn write(node: &Node, people: &People) -> Result<Committed, CommitError> {
        let contact = people.newcomer(&node.ports);
        node.ports.journal.commit(people.making(&node.ports, &contact, 1)).await
    }

    #[actix::test]
    async fn a_full_sqlite_is_unavailable_and_writes_again_when_there_is_room() {
        let house = House::sqlite().await;
        let node = house.node().await;
        let people = People::arrive(&node).await;
        pages(&node, 1).await;
        let mut outcome = write(&node, &people).await;
        while outcome.is_ok() {
            outcome = write(&node, &people).await;
        }
        assert_eq!(outcome, Err(CommitError::Unavailable));
        pages(&node, 1_000_000).await;
        write(&node, &people).await.unwrap();
        node.close().await;
    }
}
