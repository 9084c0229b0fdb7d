//! The job that has the provider delete its copy of a recording that was deleted here.

use std::time::Duration;

use actors::{
    jobs::{Due, JobKind, Outcome, Rules},
    recording::{FORGET, Forget},
};
use async_trait::async_trait;

use super::Calling;
use crate::providers::Failure;

/// What an attempt takes longer than its request: the time to read and to write.
const MARGIN: Duration = Duration::from_secs(10);

/// Deletes recordings at the provider.
pub struct ForgetRecordings(Calling);

impl ForgetRecordings {
    /// The kind.
    #[must_use]
    pub fn new(parts: Calling) -> Self {
        Self(parts)
    }

    /// What is not there any more is as good as deleted; what nobody can reach for us stays, and a person is told in the end.
    async fn forget(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Forget { external_id } = job.parse()?;
        let Some(account) = self.0.account(job).await? else {
            return Ok(Outcome::retry("Twilio is not connected"));
        };
        let deleted = self.0.twilio.delete_recording(&account, &external_id).await;
        self.0.note(job, &deleted);
        match deleted {
            Ok(()) => Ok(Outcome::Done),
            Err(Failure::Refused(refused)) if refused.status == 404 => Ok(Outcome::Done),
            Err(failure) => Ok(Outcome::retry(failure.to_string())),
        }
    }
}

#[async_trait]
impl JobKind for ForgetRecordings {
    fn name(&self) -> &'static str {
        FORGET
    }

    /// Deleting twice is deleting once. Thirty attempts, up to two hours apart: two days for the provider to come back.
    fn rules(&self) -> Rules {
        let timeout = self.0.settings.timeout() + MARGIN;
        let (first_wait, longest_wait) = (Duration::from_secs(2), Duration::from_secs(2 * 3_600));
        Rules { attempts: 30, timeout, first_wait, longest_wait, ..Rules::timer() }
    }

    async fn run(&self, job: &Due) -> Outcome {
        self.forget(job).await.unwrap_or_else(|outcome| outcome)
    }
}
