//! The shapes of jobs, as the contract describes them. What is answered is [`actors::jobs::Job`] and
//! [`actors::jobs::Attempt`].

use utoipa::ToSchema;
use uuid::Uuid;

/// Something that is owed.
#[derive(ToSchema)]
pub struct Job {
    pub id: Uuid,
    pub kind: String,
    /// `scheduled`, `blocked`, `ready`, `running`, `done`, `dead` or `unknown`.
    pub status: String,
    /// Not before.
    #[schema(format = DateTime)]
    pub run_at: String,
    pub attempts: i64,
    #[schema(nullable = false)]
    pub last_error: Option<String>,
    #[schema(nullable = false)]
    pub contact_id: Option<Uuid>,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub rev: i64,
}

/// One page of jobs.
#[derive(ToSchema)]
pub struct JobList {
    pub data: Vec<Job>,
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// One time somebody began a job.
#[derive(ToSchema)]
pub struct JobAttempt {
    /// 1, 2, …
    pub number: i64,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(nullable = false, format = DateTime)]
    pub ended_at: Option<String>,
    /// `done`, `failed`, `expired` or `unknown`; absent while it goes on.
    #[schema(nullable = false)]
    pub outcome: Option<String>,
    #[schema(nullable = false)]
    pub error: Option<String>,
}

/// The newest attempts at a job.
#[derive(ToSchema)]
pub struct JobAttemptList {
    pub data: Vec<JobAttempt>,
    /// Always null: a job has no more attempts than are shown.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}
