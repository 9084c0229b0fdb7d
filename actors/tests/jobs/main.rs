//! Jobs: done once, in order, whatever dies on the way; over SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod claiming;
mod doubt;
mod giving_up;
mod kinds;
mod leases;
mod order;
mod owing;
mod restored;
mod sweeping;

use std::{sync::Arc, time::Duration};

use actors::{
    jobs::{Job, JobKind, Jobs, JobsOptions},
    journal::{Commit, NewJob},
    testing::{Node, People, eventually},
};
use entities::{JobId, job::JobStatus};
use uuid::Uuid;

/// A worker on `node`, besides its own.
fn worker(node: &Node, kind: Arc<dyn JobKind>) -> Jobs {
    let options = JobsOptions { poll_every: Duration::from_millis(20), ..JobsOptions::default() };
    Jobs::start(node.ports.clone(), Uuid::now_v7(), vec![kind], options)
}

/// A job that is due now.
fn job(node: &Node, kind: &'static str, key: Option<&str>, payload: u64) -> NewJob {
    NewJob {
        id: JobId::from_uuid(node.ports.draw()),
        kind,
        key: key.map(str::to_owned),
        run_at: node.ports.now(),
        payload: payload.into(),
        contact_id: None,
    }
}

/// A commit that owes `jobs` and tells of a new contact, so that the log moves.
async fn owe(node: &Node, people: &People, jobs: Vec<NewJob>) {
    let contact = people.newcomer(&node.ports);
    let Commit { rows, events, .. } = people.making(&node.ports, &contact, 1);
    let commit = Commit::new(people.tenant, node.ports.now(), rows, events).owing(jobs);
    node.ports.journal.commit(commit).await.unwrap();
}

async fn stored(node: &Node, people: &People, id: JobId) -> Job {
    actors::jobs::get(node.ports.store(), people.tenant, id).await.unwrap().unwrap()
}

/// The job, once it is in this status.
async fn reaches(node: &Node, people: &People, id: JobId, status: JobStatus) -> Job {
    eventually("a job in another status", async || {
        let job = stored(node, people, id).await;
        (job.status == status).then_some(job)
    })
    .await
}
