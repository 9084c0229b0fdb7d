//! Jobs and their attempts as managers see them. What is in a payload or an answer is not shown.

use entities::{
    ContactId, JobId, Timestamp, job,
    job::JobStatus,
    job_attempt::{self, AttemptOutcome},
};
use serde::{Deserialize, Serialize};

/// Something that is owed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub status: JobStatus,
    /// Not before.
    pub run_at: Timestamp,
    pub attempts: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    pub created_at: Timestamp,
    pub rev: i64,
}

/// One time somebody began it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// 1, 2, …
    pub number: i64,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<AttemptOutcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl From<job::Model> for Job {
    fn from(row: job::Model) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            status: row.status,
            run_at: row.run_at,
            attempts: row.attempts,
            last_error: row.last_error,
            contact_id: row.contact_id,
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}

impl From<job_attempt::Model> for Attempt {
    fn from(row: job_attempt::Model) -> Self {
        Self {
            number: row.number,
            started_at: row.created_at,
            ended_at: row.ended_at,
            outcome: row.outcome,
            error: row.error,
        }
    }
}
