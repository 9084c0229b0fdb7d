//! What is asked of the journal, and what it answers.

use entities::{ContactId, Digest, JobId, Principal, TenantId, Timestamp};

use crate::event::Event;

use super::Row;

/// One change: all of it is written, or nothing.
#[derive(Debug)]
pub struct Commit {
    pub tenant: TenantId,
    pub rows: Vec<Row>,
    /// What happened, in order. May be empty: then nothing is announced and no seq is used.
    pub events: Vec<Event>,
    /// The answer a repeat of the same request gets instead of a second effect.
    pub answer: Option<Answer>,
    /// What is to be done because of it, and what is to happen later.
    pub jobs: Vec<NewJob>,
    pub at: Timestamp,
}

/// A job that is owed from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Drawn, or that of a job of this kind: then that one is moved, whatever became of it.
    pub id: JobId,
    /// The name of a registered kind ([`crate::jobs::JobKind`]).
    pub kind: &'static str,
    /// Jobs of one key are done one after the other, in the order of the log. `None`: in no order with any other.
    pub key: Option<String>,
    /// Not before. A time that is over means at once.
    pub run_at: Timestamp,
    /// What the kind needs to know; stored sealed.
    pub payload: serde_json::Value,
    /// Whose data the payload holds, for erasure.
    pub contact_id: Option<ContactId>,
}

/// Names a request: a `client_id`, an `Idempotency-Key`, a provider's dedupe key. They are one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    pub principal: Principal,
    pub key: String,
    /// Of the request, to tell a repeat from another request under the same key.
    pub request: Digest,
    pub lasting: Lasting,
}

/// How long an answer is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// Twenty-four hours.
    Day,
    /// As long as the message it made.
    AsTheMessage,
}

/// A fence and what stands behind it.
#[derive(Debug)]
pub struct Answer {
    pub fence: Fence,
    /// JSON, without the seq of its own commit.
    pub body: String,
    /// Which of the commit's events gives the answer its `seq`.
    pub seq_of: Option<usize>,
    /// Whose data the answer holds, for erasure.
    pub contact_id: Option<ContactId>,
}

/// The seqs of the commit's events, in their order; on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    pub seqs: Vec<i64>,
}

/// Why nothing was written. Only `Unavailable` may be late news: the caller stopped waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A rev moved on or a fence is taken: load and decide again.
    #[error("somebody else was faster")]
    Conflict,
    /// The database refuses this commit whatever we do; it is a defect, and is logged as one.
    #[error("the database refuses this commit")]
    Poison,
    /// The database did not answer in time.
    #[error("the database does not answer")]
    Unavailable,
}

impl Commit {
    /// A commit of `rows` and `events`, at `at`.
    #[must_use]
    pub fn new(tenant: TenantId, at: Timestamp, rows: Vec<Row>, events: Vec<Event>) -> Self {
        Self { tenant, rows, events, answer: None, jobs: Vec::new(), at }
    }

    /// The same with an answer for repeats.
    #[must_use]
    pub fn answering(mut self, answer: Option<Answer>) -> Self {
        self.answer = answer;
        self
    }

    /// The same, owing `jobs`.
    #[must_use]
    pub fn owing(mut self, jobs: Vec<NewJob>) -> Self {
        self.jobs = jobs;
        self
    }
}
