//! A commit made ready before its transaction: serialised and sealed, so that a lane computes nothing while it
//! holds locks.

use std::{sync::Arc, time::Duration};

use entities::{
    EventId, TenantId, Timestamp, event, idempotency_key,
    job::{self, JobStatus},
    sealed::{DataKeys, SealError},
};

use crate::event::{Event, Head, Recorded};

use super::{Answer, Commit, CommitError, Lasting, NewJob, Record, Row, row::Claim};

/// A commit whose every byte is known but its seqs.
pub(super) struct Sealed {
    pub(super) tenant: TenantId,
    pub(super) rows: Vec<Row>,
    pub(super) events: Vec<SealedEvent>,
    pub(super) answer: Option<(idempotency_key::Model, Option<usize>)>,
    pub(super) jobs: Vec<job::Model>,
}

/// An event as it goes into the table, and as it goes to those who listen.
pub(super) struct SealedEvent {
    row: event::Model,
    head: Head,
    data: Arc<str>,
}

pub(super) fn seal(commit: Commit, keys: &DataKeys) -> Result<Sealed, CommitError> {
    let Commit { tenant, rows, events, answer, jobs, at } = commit;
    let answer = answer.map(|answer| seal_answer(tenant, answer, at, keys)).transpose();
    let events = events.into_iter().map(|event| seal_event(tenant, event, keys)).collect();
    let jobs = jobs.into_iter().map(|job| seal_job(tenant, job, at, keys)).collect();
    match (events, answer, jobs) {
        (Ok(events), Ok(answer), Ok(jobs)) => Ok(Sealed { tenant, rows, events, answer, jobs }),
        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
            tracing::error!(tenant.id = %tenant, %error, "a commit cannot be sealed");
            Err(CommitError::Poison)
        }
    }
}

fn seal_event(tenant: TenantId, event: Event, keys: &DataKeys) -> Result<SealedEvent, SealError> {
    let Event { head, data } = event;
    let data: Arc<str> = serde_json::to_string(&data).unwrap_or_default().into();
    let row = event::Model {
        tenant_id: tenant,
        seq: 0,
        id: head.id,
        event_type: head.kind.name().to_owned(),
        topic_kind: head.topic_kind,
        topic_id: head.topic_id,
        contact_id: head.contact_id,
        conversation_id: head.conversation_id,
        board_id: head.board_id,
        left_board_id: head.left_board_id,
        audience: head.audience,
        user_id: head.user_id,
        left_user_id: head.left_user_id,
        actor_kind: head.actor.kind(),
        actor_id: head.actor.id(),
        client_id: head.client_id.as_deref().map(str::to_owned),
        at: head.at,
        key_id: keys.current(),
        data: keys.seal(&event::aad(tenant, head.id), data.as_bytes())?,
    };
    Ok(SealedEvent { row, head, data })
}

fn seal_answer(
    tenant: TenantId,
    answer: Answer,
    at: Timestamp,
    keys: &DataKeys,
) -> Result<(idempotency_key::Model, Option<usize>), SealError> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let Answer { fence, body, seq_of, contact_id } = answer;
    let principal = fence.principal.to_string();
    let sealed = keys.seal(&idempotency_key::aad(tenant, &principal, &fence.key), body.as_bytes())?;
    let row = idempotency_key::Model {
        tenant_id: tenant,
        principal,
        key: fence.key,
        request_hash: fence.request,
        answer: sealed,
        key_id: keys.current(),
        seq: None,
        contact_id,
        created_at: at,
        expires_at: (fence.lasting == Lasting::Day).then(|| at.plus(DAY)),
    };
    Ok((row, seq_of))
}

fn seal_job(tenant: TenantId, job: NewJob, at: Timestamp, keys: &DataKeys) -> Result<job::Model, SealError> {
    let status = match &job.key {
        _ if job.run_at > at => JobStatus::Scheduled,
        Some(_) => JobStatus::Blocked,
        // Nobody is before it.
        None => JobStatus::Ready,
    };
    Ok(job::Model {
        id: job.id,
        tenant_id: tenant,
        kind: job.kind.to_owned(),
        key: job.key.unwrap_or_else(|| job.id.to_string()),
        seq: 0,
        run_at: job.run_at,
        status,
        attempts: 0,
        forgiven: 0,
        lease_until: None,
        leased_by: None,
        payload: keys.seal(&job::aad(tenant, job.id), job.payload.to_string().as_bytes())?,
        key_id: keys.current(),
        contact_id: job.contact_id,
        last_error: None,
        rev: 1,
        created_at: at,
        updated_at: at,
    })
}

impl Sealed {
    /// The tenant is made by this commit, so its log has to be begun first.
    pub(super) fn founds(&self) -> bool {
        self.rows.iter().any(|row| matches!(row, Row::Insert(Record::Tenant(_))))
    }

    pub(super) fn claims(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for row in &self.rows {
            match row {
                Row::Insert(record) | Row::Update(record) => record.claims(&mut claims),
                Row::InsertMessage(..)
                | Row::ContactActive(..)
                | Row::Lookups(..)
                | Row::MessagesMoved(..)
                | Row::Words(..) => {}
            }
        }
        if let Some((answer, _)) = &self.answer {
            Record::IdempotencyKey(answer.clone()).claims(&mut claims);
        }
        claims
    }

    /// The rows to insert and to update, with their seqs filled in; the commit's first event has seq `first`.
    pub(super) fn records(&self, first: i64) -> (Vec<Record>, Vec<Record>) {
        let (mut inserts, mut updates) = (Vec::new(), Vec::new());
        for row in &self.rows {
            match row {
                Row::Insert(record) => inserts.push(record.clone()),
                Row::Update(record) => updates.push(record.clone()),
                Row::InsertMessage(message, index) => {
                    let mut message = message.clone();
                    message.seq = nth(first, *index);
                    inserts.push(Record::Message(message));
                }
                // Written together with those of the whole batch.
                Row::ContactActive(..) | Row::Lookups(..) | Row::MessagesMoved(..) | Row::Words(..) => {}
            }
        }
        if let Some((answer, seq_of)) = &self.answer {
            let mut answer = answer.clone();
            answer.seq = seq_of.map(|index| nth(first, index));
            inserts.push(Record::IdempotencyKey(answer));
        }
        let seq = nth(first, self.events.len()) - 1;
        inserts.extend(self.jobs.iter().map(|job| Record::Job(job::Model { seq, ..job.clone() })));
        (inserts, updates)
    }

    /// The keys whose next job may have its turn now: one waits that is new, or the head went.
    pub(super) fn moved_lines(&self) -> impl Iterator<Item = (TenantId, &str)> {
        let updated = self.rows.iter().filter_map(|row| match row {
            Row::Update(Record::Job(job)) if !job.is_head() => Some(job),
            _ => None,
        });
        let fresh = self.jobs.iter().filter(|job| job.status == JobStatus::Blocked);
        updated.chain(fresh).map(|job| (job.tenant_id, job.key.as_str()))
    }

    /// Whoever does the jobs should have a look.
    pub(super) fn touches_jobs(&self) -> bool {
        !self.jobs.is_empty() || self.moved_lines().next().is_some()
    }

    /// The rows of the log, the first with seq `first`.
    pub(super) fn log(&self, first: i64) -> impl Iterator<Item = event::Model> + '_ {
        self.events.iter().enumerate().map(move |(index, event)| {
            let mut row = event.row.clone();
            row.seq = nth(first, index);
            row
        })
    }

    /// What listeners get once it is committed.
    pub(super) fn recorded(&self, first: i64) -> Vec<Recorded> {
        let record = |(index, event): (usize, &SealedEvent)| Recorded {
            seq: nth(first, index),
            head: event.head.clone(),
            data: event.data.clone(),
        };
        self.events.iter().enumerate().map(record).collect()
    }

    /// The id by which a lost COMMIT is found again.
    pub(super) fn first_event(&self) -> Option<EventId> {
        self.events.first().map(|event| event.row.id)
    }
}

fn nth(first: i64, index: usize) -> i64 {
    first + i64::try_from(index).unwrap_or(i64::MAX)
}
