//! The timer that tells that a task is due.

use async_trait::async_trait;
use entities::{JobId, TaskId, Timestamp, task};

use crate::{
    jobs::{Due, JobKind, Outcome, Rules},
    journal::NewJob,
    ports::Ports,
};

use super::Tasks;

const KIND: &str = "task.due";

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Reminder {
    task_id: TaskId,
}

/// The job that looks at the task then. A task has one such job, which bears its id, and is moved when it is owed again.
pub(super) fn timer(row: &task::Model, rings_at: Timestamp) -> NewJob {
    NewJob {
        id: JobId::from_uuid(row.id.as_uuid()),
        kind: KIND,
        key: None,
        run_at: rings_at,
        payload: serde_json::json!(Reminder { task_id: row.id }),
        contact_id: row.contact_id,
    }
}

/// Tells users that a task is due. It may run again or late: what was told, done or put off is not told.
pub struct DueTimer {
    tasks: Tasks,
}

impl DueTimer {
    /// The kind.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { tasks: Tasks::new(ports) }
    }
}

#[async_trait]
impl JobKind for DueTimer {
    fn name(&self) -> &'static str {
        KIND
    }

    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Reminder { task_id } = match job.parse() {
            Ok(reminder) => reminder,
            Err(refused) => return refused,
        };
        match self.tasks.ring(job.tenant, task_id, job.run_at).await {
            Ok(None) => Outcome::Done,
            Ok(Some(at)) => Outcome::Again(at),
            Err(error) => Outcome::retry(error.to_string()),
        }
    }
}
