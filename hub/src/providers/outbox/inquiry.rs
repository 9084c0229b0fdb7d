//! The job that asks how far a text came of which nobody tells any more: a status callback that is lost is not sent again.

use std::time::Duration;

use actors::{
    conversation::{Followed, Progress, store as conversations},
    credential::Callback,
    jobs::{Due, JobKind, Outcome, Rules},
};
use async_trait::async_trait;
use entities::{MessageId, TenantId, Timestamp, message::MessageStatus};

use super::{INQUIRY, sending::Sending};
use crate::providers::twilio::{NAME, Resource, codes, connected, text};
use crate::providers::{Failure, Refused, used};

/// When it is asked again, in times of the first wait: after five minutes, half an hour, four hours, and a day.
const AGAIN: [u32; 3] = [6, 48, 288];
/// What an attempt takes longer than its request: the time to read and to write.
const MARGIN: Duration = Duration::from_secs(10);

/// Asks for the status of texts.
pub struct AskForStatuses(Sending);

impl AskForStatuses {
    /// The kind.
    #[must_use]
    pub fn new(parts: Sending) -> Self {
        Self(parts)
    }

    async fn ask(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Followed { message_id, since } = job.parse()?;
        let Some(sid) = self.untold(job.tenant, message_id).await? else { return Ok(Outcome::Done) };
        let account = connected(&self.0.credentials, job.tenant, "status").await?;
        let Some(account) = account else { return Ok(self.later(since)) };
        let answer = self.0.twilio.message(&account, &sid).await;
        self.0.credentials.note_use(job.tenant, NAME, used(&answer));
        match answer {
            Ok(resource) => self.note(job.tenant, message_id, &resource).await.map(|is_over| match is_over {
                true => Outcome::Done,
                false => self.later(since),
            }),
            Err(Failure::Refused(Refused { status: 404, .. })) => {
                count("unknown");
                Ok(Outcome::Done)
            }
            Err(failure) if !job.last => Err(Outcome::retry(failure.to_string())),
            Err(_) => {
                count("unanswered");
                Ok(self.later(since))
            }
        }
    }

    /// What Twilio calls the text, unless its end was told.
    async fn untold(&self, tenant: TenantId, message: MessageId) -> Result<Option<String>, Outcome> {
        let row = conversations::carried(self.0.ports.store(), tenant, message).await;
        let row = row.map_err(|error| Outcome::retry(format!("the message cannot be read: {error}")))?;
        let row = row.filter(|row| row.deleted_at.is_none() && !Progress::is_the_end(row.status));
        Ok(row.and_then(|row| row.external_id))
    }

    /// Writes what Twilio answered, by the same rules as what it tells. Is that the end?
    async fn note(&self, tenant: TenantId, message: MessageId, answer: &Resource) -> Result<bool, Outcome> {
        let status = text::status(&answer.status).unwrap_or(MessageStatus::Sending);
        let progress = Progress::told(answer.sid.clone(), status, answer.error_code.map(codes::explained));
        let moved = self.0.conversations.progress(tenant, message, progress).await;
        if moved.map_err(|error| Outcome::retry(format!("the message cannot be changed: {error}")))? {
            self.0.credentials.note_callback(tenant, NAME, Callback::Missing);
            count("found");
        } else {
            count("nothing_new");
        }
        Ok(Progress::is_the_end(status))
    }

    /// The next time to ask; after the last it is left as it is.
    fn later(&self, since: Timestamp) -> Outcome {
        next(since, self.0.ports.now(), self.0.settings.status_after()).map_or(Outcome::Done, Outcome::Again)
    }
}

fn next(since: Timestamp, now: Timestamp, first: Duration) -> Option<Timestamp> {
    AGAIN.iter().map(|times| since.plus(first * *times)).find(|at| *at > now)
}

fn count(outcome: &'static str) {
    let labels = [("provider", NAME), ("outcome", outcome)];
    metrics::counter!("provider_statuses_asked_total", &labels).increment(1);
}

#[async_trait]
impl JobKind for AskForStatuses {
    fn name(&self) -> &'static str {
        INQUIRY
    }

    /// Asking twice is asking once. Who does not answer now is asked at the next time.
    fn rules(&self) -> Rules {
        Rules { attempts: 5, timeout: self.0.settings.timeout() + MARGIN, at_once: 16, ..Rules::timer() }
    }

    async fn run(&self, job: &Due) -> Outcome {
        self.ask(job).await.unwrap_or_else(|outcome| outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_less_and_less_often_and_then_no_more() {
        let minutes = |minutes: u64| Timestamp::from_micros(0).plus(Duration::from_secs(60 * minutes));
        let first = Duration::from_secs(300);
        for (now, asked) in
            [(5, Some(30)), (30, Some(240)), (100, Some(240)), (240, Some(1_440)), (1_440, None)]
        {
            assert_eq!(next(minutes(0), minutes(now), first), asked.map(minutes), "{now}");
        }
    }
}
