//! Carrying one job out, from the claim to the commit that settles it.

use std::{sync::Arc, time::Duration};

use entities::{JobId, TenantId, job, job_attempt, sealed::SealError};
use rand::Rng;

use crate::{
    asked::Asked,
    event::{Data, EventType},
    journal::{Commit, CommitError, Record, Row},
    ports::Ports,
    store::StoreError,
};

use super::{
    Due, Job, JobKind, Nature, Outcome,
    state::{self, Moment, Settled},
    store,
};

/// How long a result is carried about while the database does not answer.
const TRIES: u32 = 10;
/// More attempts than any kind makes in a row.
const IN_A_ROW: u64 = 64;

/// Runs the claimed job and settles it.
pub(super) async fn carry_out(ports: &Ports, kind: Arc<dyn JobKind>, job: job::Model) {
    let outcome = match due(ports, &*kind, &job).await {
        Ok((due, true)) => ask(kind.clone(), due).await,
        Ok((due, false)) => run(kind.clone(), due).await,
        Err(error) => Outcome::retry(format!("it cannot be read: {error}")),
    };
    settle(ports, &kind, job, |job, attempt, at| {
        state::settle(job, attempt, outcome.clone(), &kind.rules(), at)
    })
    .await;
}

/// Settles a job whose lease ended: whoever had it is dead or cut off. A timer runs again; what may have left the house
/// is asked about.
pub(super) async fn recover(ports: &Ports, kind: Arc<dyn JobKind>, job: job::Model) {
    if kind.rules().nature == Nature::Timer {
        let again = |job, attempt, at| state::expire(job, attempt, &kind.rules(), at);
        return settle(ports, &kind, job, again).await;
    }
    let outcome = match due(ports, &*kind, &job).await {
        Ok((due, _)) => ask(kind.clone(), due).await,
        Err(error) => Outcome::Unknown(format!("it cannot be read: {error}")),
    };
    settle(ports, &kind, job, |job, attempt, at| {
        state::settle(job, attempt, outcome.clone(), &kind.rules(), at)
    })
    .await;
}

/// The job as its kind sees it, and whether an earlier attempt has to be asked about first.
async fn due(ports: &Ports, kind: &dyn JobKind, job: &job::Model) -> Result<(Due, bool), StoreError> {
    let keys = ports.store().keys(job.tenant_id).await?;
    let payload = keys.open(job.key_id, &job::aad(job.tenant_id, job.id), &job.payload)?;
    let attempts = match job.attempts {
        // Nobody began it before.
        ..=1 => Vec::new(),
        _ => store::last_attempts(ports.store(), job.tenant_id, (job.id, IN_A_ROW)).await?,
    };
    let (in_doubt_since, asks) = match kind.rules().nature {
        Nature::Send => (state::in_doubt_since(job, &attempts), true),
        Nature::Timer => (state::ever_in_doubt_since(job, &attempts), false),
    };
    let in_question = in_doubt_since.filter(|_| asks);
    let begun_at = attempts.first().map_or(job.updated_at, |attempt| attempt.created_at);
    let due = Due {
        id: job.id,
        tenant: job.tenant_id,
        kind: job.kind.clone(),
        run_at: job.run_at,
        attempt: job.attempts,
        last: state::is_last(job, &kind.rules()),
        begun_at: in_question.unwrap_or(begun_at),
        in_doubt_since,
        insisted_on: state::is_insisted_on(job, &attempts),
        contact_id: job.contact_id,
        payload: String::from_utf8(payload).map_err(|_| SealError::Broken)?,
    };
    Ok((due, in_question.is_some()))
}

/// A panic and a time-out are answers too: what they mean depends on whether the effect may be out already.
async fn run(kind: Arc<dyn JobKind>, due: Due) -> Outcome {
    let rules = kind.rules();
    let (doing, asked) = (kind.clone(), due.clone());
    let work = tokio::spawn(async move { tokio::time::timeout(rules.timeout, doing.run(&due)).await });
    let why = match work.await {
        Ok(Ok(outcome)) => return outcome,
        Ok(Err(_)) => "it took too long",
        Err(_) => "it panicked",
    };
    tracing::warn!(tenant.id = %asked.tenant, job.id = %asked.id, job.kind = kind.name(), why, "a job broke off");
    match rules.nature {
        Nature::Timer => Outcome::retry(why),
        Nature::Send => ask(kind, asked).await,
    }
}

async fn ask(kind: Arc<dyn JobKind>, due: Due) -> Outcome {
    let timeout = kind.rules().timeout;
    let work = tokio::spawn(async move { tokio::time::timeout(timeout, kind.ask(&due)).await });
    match work.await {
        Ok(Ok(outcome)) => outcome,
        _ => Outcome::Unknown("nobody answered whether it was done".to_owned()),
    }
}

/// Commits what became of the job. Who finds that the job moved on had lost it: its result is somebody else's now.
async fn settle(
    ports: &Ports,
    kind: &Arc<dyn JobKind>,
    job: job::Model,
    decide: impl Fn(job::Model, job_attempt::Model, Moment) -> Settled,
) {
    let (tenant, id) = (job.tenant_id, job.id);
    for attempt in 0..TRIES {
        tokio::time::sleep(Duration::from_millis(100) * attempt).await;
        match try_settle(ports, kind, job.clone(), &decide).await {
            Ok(()) => return,
            Err(CommitError::Conflict) => {
                tracing::warn!(tenant.id = %tenant, job.id = %id, "a job was settled by somebody else");
                return;
            }
            Err(error) => {
                tracing::warn!(tenant.id = %tenant, job.id = %id, %error, "a job cannot be settled");
            }
        }
    }
}

async fn try_settle(
    ports: &Ports,
    kind: &Arc<dyn JobKind>,
    job: job::Model,
    decide: impl Fn(job::Model, job_attempt::Model, Moment) -> Settled,
) -> Result<(), CommitError> {
    let attempt = attempt(ports, job.tenant_id, job.id).await?;
    let at = Moment { now: ports.now(), jitter: rand::rng().random() };
    let Settled { job, attempt, given_up } = decide(job, attempt, at);
    let (tenant, status) = (job.tenant_id, job.status);
    let events = if given_up { vec![death(ports, &job)] } else { Vec::new() };
    let rows = vec![Row::Update(Record::Job(job)), Row::Update(Record::JobAttempt(attempt))];
    ports.journal.commit(Commit::new(tenant, at.now, rows, events)).await?;
    let labels = [("kind", kind.name()), ("status", status.as_str())];
    metrics::counter!("jobs_settled_total", &labels).increment(1);
    Ok(())
}

async fn attempt(ports: &Ports, tenant: TenantId, id: JobId) -> Result<job_attempt::Model, CommitError> {
    let found = store::last_attempts(ports.store(), tenant, (id, 1)).await.map_err(|error| {
        tracing::warn!(tenant.id = %tenant, job.id = %id, %error, "the attempt at a job cannot be read");
        CommitError::Unavailable
    });
    found?.into_iter().next().ok_or(CommitError::Poison)
}

/// What tells agents that a job was given up.
fn death(ports: &Ports, job: &job::Model) -> crate::event::Event {
    let data = Data { job: Some(Job::from(job.clone())), ..Data::default() };
    let about = (entities::event::TopicKind::Job, job.id.as_uuid());
    let asked = Asked::by(entities::Principal::System);
    let mut event = asked.event(ports, EventType::JobDead, about, data);
    event.head.contact_id = job.contact_id;
    event
}
