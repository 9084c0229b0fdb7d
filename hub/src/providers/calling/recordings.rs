//! The job that asks the provider what was recorded of a call that is over, and what was said: whatever no callback told is found.

use std::time::Duration;

use actors::{
    call::{
        Standing,
        afterwards::{Ended, RECORDINGS},
    },
    jobs::{Due, JobKind, Outcome, Rules},
    recording::{RecordingError, RecordingNews, Recordings},
};
use async_trait::async_trait;
use entities::recording::RecordingKind;

use super::Calling;
use crate::providers::twilio::{NAME, TwilioAccount, voice::Recorded};
use crate::providers::{Failure, Refused};

/// Between two questions at the least and at the most; in between it is as long as the call has been over.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_mins(10);
/// What goes on then is of no call that ended.
const PATIENCE: Duration = Duration::from_hours(2);
/// What an attempt takes at most: a few requests.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Finds recordings nobody told us of.
pub struct FindRecordings {
    calling: Calling,
    recordings: Recordings,
}

impl FindRecordings {
    /// The kind.
    #[must_use]
    pub fn new(calling: Calling, recordings: Recordings) -> Self {
        Self { calling, recordings }
    }

    async fn find(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Ended { call_id, since } = job.parse()?;
        let (now, first) = (self.calling.ports.now(), since.plus(self.calling.settings.price_after()));
        if now < first {
            return Ok(Outcome::Again(first));
        }
        let Some(call) = self.calling.standing(job, call_id).await? else { return Ok(Outcome::Done) };
        let Some(account) = self.calling.account(job).await? else { return Ok(Outcome::Done) };
        let over = now.since(since);
        match self.all_of(job, &account, &call).await? {
            false if over < PATIENCE => Ok(Outcome::Again(now.plus(over.clamp(SOON, LATER)))),
            _ => Ok(Outcome::Done),
        }
    }

    /// Whether all there is of them is known by now.
    async fn all_of(&self, job: &Due, account: &TwilioAccount, call: &Standing) -> Result<bool, Outcome> {
        let Some(leg) = call.contact_leg().and_then(|leg| leg.external_id.as_deref()) else {
            return Ok(true);
        };
        let mut is_all = true;
        for recorded in self.asked(job, self.calling.twilio.recordings(account, leg).await)? {
            let Some(news) = recorded.news(self.calling.twilio.base()) else {
                is_all = false;
                continue;
            };
            let is_left = recorded.kind() == RecordingKind::Voicemail && news != RecordingNews::Absent;
            self.learn(job, call, (&recorded, news)).await?;
            if is_left {
                is_all &= self.words_of(job, account, (call, &recorded)).await?;
            }
        }
        Ok(is_all)
    }

    /// Whether what was said is known, or is not written down.
    async fn words_of(
        &self,
        job: &Due,
        account: &TwilioAccount,
        (call, recorded): (&Standing, &Recorded),
    ) -> Result<bool, Outcome> {
        let listed = self.asked(job, self.calling.twilio.transcriptions(account, &recorded.sid).await)?;
        let Some(latest) = listed.first() else { return Ok(true) };
        let Some(news) = latest.news() else { return Ok(false) };
        self.learn(job, call, (recorded, news)).await?;
        Ok(true)
    }

    /// What the provider listed; what it does not have, or not any more, is nothing.
    fn asked<T>(&self, job: &Due, listed: Result<Vec<T>, Failure>) -> Result<Vec<T>, Outcome> {
        self.calling.note(job, &listed);
        match listed {
            Err(Failure::Refused(Refused { status: 404, .. })) => Ok(Vec::new()),
            listed => listed.map_err(|failure| Outcome::retry(failure.to_string())),
        }
    }

    async fn learn(
        &self,
        job: &Due,
        call: &Standing,
        (recorded, news): (&Recorded, RecordingNews),
    ) -> Result<(), Outcome> {
        match self.recordings.learn((job.tenant, NAME), call, &recorded.told(news)).await {
            Ok(_) | Err(RecordingError::NotFound) => Ok(()),
            Err(error) => Err(Outcome::retry(error.to_string())),
        }
    }
}

#[async_trait]
impl JobKind for FindRecordings {
    fn name(&self) -> &'static str {
        RECORDINGS
    }

    /// Asking again changes nothing by itself.
    fn rules(&self) -> Rules {
        Rules { timeout: TIMEOUT, ..Rules::timer() }
    }

    async fn run(&self, job: &Due) -> Outcome {
        self.find(job).await.unwrap_or_else(|outcome| outcome)
    }
}
