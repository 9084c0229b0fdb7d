//! One writer: gathers a batch while the last one commits, and sees each commit to its end.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{Notify, mpsc},
    time::{Instant, sleep},
};

use super::{
    CommitError, Committed, Outlet, Waiting,
    batch::{self, Failure, Lost, Outcome},
    failure::{Blame, blame},
    seal::Sealed,
};
use crate::store::Line;

/// Commits in one transaction at most.
const BATCH: usize = 512;
/// The first and the longest wait when the weather is bad.
const WAITS: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

pub(super) struct Lane {
    line: Arc<Line>,
    inbox: mpsc::Receiver<Waiting>,
    /// Commits that touch what an earlier one of the last batch touched. At most a batch of them.
    deferred: VecDeque<Waiting>,
    outlet: Arc<dyn Outlet>,
    /// Wakes whoever does the jobs.
    jobs: Arc<Notify>,
}

impl Lane {
    pub(super) fn new(
        line: Arc<Line>,
        inbox: mpsc::Receiver<Waiting>,
        outlet: Arc<dyn Outlet>,
        jobs: Arc<Notify>,
    ) -> Self {
        Self { line, inbox, deferred: VecDeque::new(), outlet, jobs }
    }

    /// Works until nobody can ask any more, and everything asked is done.
    pub(super) async fn run(mut self) {
        while let Some(batch) = self.gather().await {
            metrics::histogram!("journal_batch_commits").record(batch.len() as f64);
            self.settle(batch).await;
        }
    }

    /// What waits now, no two that touch the same row or fence. Waits only for the first.
    async fn gather(&mut self) -> Option<Vec<Waiting>> {
        let first = match self.deferred.pop_front() {
            Some(first) => first,
            None => self.inbox.recv().await?,
        };
        let mut claims: HashSet<_> = first.commit.claims().into_iter().collect();
        let mut batch = vec![first];
        let mut again = VecDeque::new();
        while batch.len() + again.len() < BATCH {
            let next = self.deferred.pop_front().or_else(|| self.inbox.try_recv().ok());
            let Some(next) = next else { break };
            let wants = next.commit.claims();
            if wants.iter().any(|claim| claims.contains(claim)) {
                // Later ones that want the same must stay behind it.
                claims.extend(wants);
                again.push_back(next);
            } else {
                claims.extend(wants);
                batch.push(next);
            }
        }
        again.append(&mut self.deferred);
        self.deferred = again;
        Some(batch)
    }

    /// Writes `batch`, without those who lose and those nobody can write, until all have their answer.
    async fn settle(&self, batch: Vec<Waiting>) {
        let mut wait = WAITS.0;
        let mut todo = vec![batch];
        while let Some(batch) = todo.pop() {
            let mut batch = expire(batch);
            if batch.is_empty() {
                continue;
            }
            match self.attempt(&batch).await {
                Ok(Outcome::Written(firsts)) => self.announce(batch, &firsts),
                Ok(Outcome::Lost(lost)) => todo.push(dismiss(batch, &lost, CommitError::Conflict)),
                Ok(Outcome::Homeless(lost)) => todo.push(dismiss(batch, &lost, CommitError::Poison)),
                Err((Blame::Weather, error)) => {
                    tracing::warn!(%error, "the database is away; trying again");
                    sleep(wait).await;
                    wait = (wait * 2).min(WAITS.1);
                    todo.push(batch);
                }
                Err((Blame::Store, error)) => {
                    tracing::error!(%error, "the store does not take writes");
                    answer_all(batch, CommitError::Unavailable);
                }
                Err((blame, error)) if batch.len() == 1 => {
                    answer_all(batch, single(blame, &error));
                }
                Err(_) => {
                    let second = batch.split_off(batch.len() / 2);
                    todo.push(second);
                    todo.push(batch);
                }
            }
        }
    }

    async fn attempt(&self, batch: &[Waiting]) -> Result<Outcome, (Blame, sea_orm::DbErr)> {
        let commits: Vec<&Sealed> = batch.iter().map(|waiting| &waiting.commit).collect();
        match batch::write(&self.line, &commits).await {
            Ok(outcome) => Ok(outcome),
            Err(Failure::Statement(error)) => Err((blame(&error), error)),
            Err(Failure::Commit { error, lost }) => {
                tracing::warn!(%error, "a COMMIT was not answered; looking whether it happened");
                self.resolve(lost, &commits).await
            }
        }
    }

    /// A COMMIT got no answer. Under the same locks, which wait for it to end, look whether it is written; if it is
    /// not, write the batch in this very transaction. So an outcome is never unknown, only late.
    async fn resolve(&self, mut lost: Lost, batch: &[&Sealed]) -> Result<Outcome, (Blame, sea_orm::DbErr)> {
        let mut wait = WAITS.0;
        loop {
            match batch::write_unless_written(&self.line, &lost, batch).await {
                Ok(outcome) => return Ok(outcome),
                Err(Failure::Statement(error)) if blame(&error) == Blame::Weather => {
                    tracing::warn!(%error, "the outcome of a COMMIT is not known yet");
                }
                Err(Failure::Statement(error)) => return Err((blame(&error), error)),
                // The first one was not written, but now there is a second.
                Err(Failure::Commit { lost: again, .. }) => lost = again,
            }
            sleep(wait).await;
            wait = (wait * 2).min(WAITS.1);
        }
    }

    fn announce(&self, batch: Vec<Waiting>, firsts: &[i64]) {
        if batch.iter().any(|waiting| waiting.commit.touches_jobs()) {
            self.jobs.notify_one();
        }
        let mut told: Vec<(entities::TenantId, Vec<crate::event::Recorded>)> = Vec::new();
        for (waiting, first) in batch.into_iter().zip(firsts) {
            let recorded = waiting.commit.recorded(*first);
            let seqs = recorded.iter().map(|event| event.seq).collect();
            let tenant = waiting.commit.tenant;
            match told.iter_mut().find(|(known, _)| *known == tenant) {
                Some((_, events)) => events.extend(recorded),
                None => told.push((tenant, recorded)),
            }
            // Nobody listens when the caller's time is over: the outcome was late.
            let _ = waiting.answer.send(Ok(Committed { seqs }));
        }
        for (tenant, events) in told.into_iter().filter(|(_, events)| !events.is_empty()) {
            metrics::counter!("journal_events_total").increment(events.len() as u64);
            self.outlet.announce(tenant, events);
        }
    }
}

/// What one commit alone is told when the database refused it.
fn single(blame: Blame, error: &sea_orm::DbErr) -> CommitError {
    if blame == Blame::Place {
        return CommitError::Conflict;
    }
    tracing::error!(%error, "the database refuses a commit whatever is done");
    CommitError::Poison
}

/// Tells those whose time is over, of whom nothing is written, and keeps the rest.
fn expire(batch: Vec<Waiting>) -> Vec<Waiting> {
    let now = Instant::now();
    let (alive, over): (Vec<_>, Vec<_>) = batch.into_iter().partition(|waiting| waiting.until > now);
    answer_all(over, CommitError::Unavailable);
    alive
}

/// Answers those named, and keeps the rest.
fn dismiss(batch: Vec<Waiting>, named: &HashSet<usize>, error: CommitError) -> Vec<Waiting> {
    let (mut kept, mut dismissed) = (Vec::new(), Vec::new());
    for (index, waiting) in batch.into_iter().enumerate() {
        if named.contains(&index) { dismissed.push(waiting) } else { kept.push(waiting) }
    }
    metrics::counter!("journal_dismissed_total").increment(dismissed.len() as u64);
    answer_all(dismissed, error);
    kept
}

fn answer_all(batch: Vec<Waiting>, error: CommitError) {
    for waiting in batch {
        let _ = waiting.answer.send(Err(error));
    }
}
