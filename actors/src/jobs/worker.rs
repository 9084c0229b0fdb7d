//! The worker of a node: looks what is due, takes no more than it has hands for, and sleeps until the next.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use entities::{Timestamp, job};
use futures::future::join_all;
use tokio::sync::watch;

use crate::{
    journal::{Claim, Commit, CommitError, Known, Record, Row},
    store::StoreError,
};

use super::{
    JobKind, carry,
    handle::Inner,
    state,
    store::{self, Outlook},
};

/// Timers that enter their lines, and leases that are looked at, in one round.
const AT_ONCE: u64 = 128;
/// What a lease lasts longer than the longest attempt: the time to settle it.
const MARGIN: Duration = Duration::from_secs(30);

/// Works until it is told to stop, or nobody is left to tell it.
pub(super) async fn work(worker: Weak<Inner>, mut stopping: watch::Receiver<bool>) {
    loop {
        let Some(inner) = worker.upgrade() else { return };
        let taking = inner.taking.lock().await;
        if *stopping.borrow() {
            return;
        }
        let wait = inner.round().await;
        drop(taking);
        let (journal, running, every) =
            (inner.ports.journal.clone(), inner.running.clone(), inner.options.poll_every);
        drop(inner);
        tokio::select! {
            () = journal.jobs_moved() => {}
            () = running.freed() => {}
            () = tokio::time::sleep(wait.min(every)) => {}
            // An error means that nobody can tell any more: the next turn of the loop ends.
            _ = stopping.changed() => {}
        }
    }
}

impl Inner {
    /// Does everything that is due and has room; answers how long nothing will be.
    async fn round(self: &Arc<Self>) -> Duration {
        let outlook = store::outlook(self.ports.store(), self.names(), AT_ONCE).await;
        let outlook = outlook.inspect_err(|error| tracing::warn!(%error, "the jobs cannot be read"));
        let Ok(outlook) = outlook else { return self.options.poll_every };
        if outlook.is_empty() {
            return self.options.poll_every;
        }
        let now = self.ports.now();
        let entered = self.enter(&outlook, now).await;
        self.recover(&outlook, now).await;
        let ready = entered || outlook.ready_at.is_some_and(|at| at <= now);
        let claimed = match ready && self.running.room() > 0 {
            true => self.claim(now).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "no job can be taken");
                0
            }),
            false => 0,
        };
        if claimed > 0 {
            Duration::ZERO
        } else {
            outlook.next_after(now).map_or(Duration::MAX, |at| at.since(now))
        }
    }

    /// Lets those whose time has come enter the lines of their keys.
    async fn enter(&self, outlook: &Outlook, now: Timestamp) -> bool {
        let due = outlook.scheduled.iter().filter(|job| job.run_at <= now);
        let entering = due.map(|job| {
            let row = Row::Update(Record::Job(state::enter(job.clone(), now)));
            self.ports.journal.commit(Commit::new(job.tenant_id, now, vec![row], Vec::new()))
        });
        let entered = join_all(entering).await;
        for error in entered.iter().filter_map(|entered| entered.as_ref().err()) {
            // A conflict: another node was faster.
            if *error != CommitError::Conflict {
                tracing::warn!(%error, "a timer cannot enter its line");
            }
        }
        !entered.is_empty()
    }

    /// Takes over what somebody left lying.
    async fn recover(self: &Arc<Self>, outlook: &Outlook, now: Timestamp) {
        let over = |job: &&job::Model| job.lease_until.is_some_and(|until| until <= now);
        for job in outlook.leased.iter().filter(over) {
            let Some(kind) = self.kind(&job.kind) else { continue };
            if self.room_for(&**kind) == 0 || self.running.holds(job.id) {
                continue;
            }
            let lease_until = Some(now.plus(lease(&**kind)));
            let mine = job::Model { lease_until, rev: job.rev + 1, ..job.clone() };
            let row = Row::Update(Record::Job(mine.clone()));
            let taken = Commit::new(job.tenant_id, now, vec![row], Vec::new());
            if self.ports.journal.commit(taken).await.is_ok() {
                tracing::warn!(tenant.id = %job.tenant_id, job.id = %job.id, "a job was left lying and is taken over");
                self.begin(mine, true);
            }
        }
    }

    async fn claim(self: &Arc<Self>, now: Timestamp) -> Result<usize, StoreError> {
        let claim = Claim {
            now,
            node: self.node,
            kinds: self.kinds.iter().map(|kind| self.known(&**kind, now)).collect(),
            room: self.running.room(),
            share: self.options.share,
            running: self.running.by_tenant(),
        };
        let claimed = self.ports.journal.claim(claim).await?;
        let count = claimed.len();
        for job in claimed {
            self.begin(job, false);
        }
        Ok(count)
    }

    fn begin(self: &Arc<Self>, job: job::Model, left_lying: bool) {
        // Only registered kinds are asked for.
        let Some(kind) = self.kind(&job.kind).cloned() else { return };
        let hand = self.running.take(job.id, job.tenant_id, kind.name());
        let ports = self.ports.clone();
        self.ports.store().io().spawn(async move {
            match left_lying {
                true => carry::recover(&ports, kind, job).await,
                false => carry::carry_out(&ports, kind, job).await,
            }
            drop(hand);
        });
    }

    fn names(&self) -> Vec<&'static str> {
        self.kinds.iter().map(|kind| kind.name()).collect()
    }

    fn kind(&self, name: &str) -> Option<&Arc<dyn JobKind>> {
        self.kinds.iter().find(|kind| kind.name() == name)
    }

    fn known(&self, kind: &dyn JobKind, now: Timestamp) -> Known {
        Known { kind: kind.name(), room: self.room_for(kind), lease_until: now.plus(lease(kind)) }
    }

    /// How many more of this kind may be taken in hand.
    fn room_for(&self, kind: &dyn JobKind) -> usize {
        let left = kind.rules().at_once.saturating_sub(self.running.of_kind(kind.name()));
        left.min(self.running.room())
    }
}

/// Longer than an attempt takes, so that nothing is sent under a lease that may end before.
fn lease(kind: &dyn JobKind) -> Duration {
    // A send that broke off is asked about, which may take as long again.
    kind.rules().timeout * 2 + MARGIN
}

impl Outlook {
    /// When the next thing happens by itself. What is due already waits for a hand, not for time.
    fn next_after(&self, now: Timestamp) -> Option<Timestamp> {
        let scheduled = self.scheduled.iter().map(|job| job.run_at);
        let leased = self.leased.iter().filter_map(|job| job.lease_until);
        scheduled.chain(leased).chain(self.ready_at).filter(|at| *at > now).min()
    }
}
