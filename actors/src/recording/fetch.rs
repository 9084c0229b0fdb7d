//! The job that fetches the bytes of a recording from its provider, and keeps them as a file of the house.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use entities::{ContactId, JobId, RecordingId, Timestamp, channel::ChannelType};

use crate::{
    attachment::{Attachments, Fetched, Fetcher, Kept, Link, NotFetched},
    jobs::{Due, JobKind, Nature, Outcome, Rules},
    journal::NewJob,
};

use super::{Recordings, models, standing::Standing, store};

const KIND: &str = "recording.fetch";
/// What an attempt takes longer than the fetch: the time to keep the file and to write what it is.
const MARGIN: Duration = Duration::from_secs(15);
/// Recordings one node fetches at a time; the others wait in the database.
const AT_ONCE: usize = 4;
/// So often it is looked for, within a minute, before it is believed that it is not there.
const LOOKS: i64 = 6;
const GIVEN_UP: &str = "It could not be fetched from the provider";

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Fetch {
    recording_id: RecordingId,
}

/// The job that fetches a recording.
pub(super) fn fetch(
    id: JobId,
    recording_id: RecordingId,
    run_at: Timestamp,
    contact_id: ContactId,
) -> NewJob {
    let payload = serde_json::json!(Fetch { recording_id });
    NewJob { id, kind: KIND, key: None, run_at, payload, contact_id: Some(contact_id) }
}

/// Fetches recordings. It may run again: what is here is not fetched twice.
pub struct FetchRecording {
    recordings: Recordings,
    attachments: Attachments,
    fetcher: Arc<dyn Fetcher>,
}

impl FetchRecording {
    /// The kind, for this node's files.
    #[must_use]
    pub fn new(recordings: Recordings, attachments: Attachments, fetcher: Arc<dyn Fetcher>) -> Self {
        Self { recordings, attachments, fetcher }
    }

    async fn bring(&self, job: &Due, id: RecordingId) -> Result<(), String> {
        let tenant = job.tenant;
        let found = store::load(self.recordings.ports.store(), tenant, id).await;
        let Some(recording) = found.map_err(|error| error.to_string())? else { return Ok(()) };
        let (None, Some(link)) = (&recording.file, link(&recording)) else { return Ok(()) };
        match self.fetcher.fetch(tenant, &link).await {
            Ok(fetched) => self.keep(job, id, fetched).await,
            Err(NotFetched::Absent(why)) if job.attempt < LOOKS => Err(why),
            Err(NotFetched::NotYet(why)) => Err(why),
            Err(NotFetched::Never(why) | NotFetched::Absent(why)) => self.give_up(job, id, &why).await,
        }
    }

    /// The bytes come first: whoever is told of them finds them.
    async fn keep(&self, job: &Due, id: RecordingId, fetched: Fetched) -> Result<(), String> {
        let path = (*fetched.aside).as_ref().to_owned();
        let put = self.attachments.put(job.tenant, models::file_of(id), &path).await;
        put.map_err(|error| error.to_string())?;
        let kept = Kept { content: fetched.content, size: fetched.size, pixels: (None, None) };
        let told = self.recordings.keep(job.tenant, id, &kept).await;
        told.map_err(|error| error.to_string())?;
        metrics::counter!("recordings_fetched_total", "outcome" => "kept").increment(1);
        Ok(())
    }

    async fn give_up(&self, job: &Due, id: RecordingId, why: &str) -> Result<(), String> {
        let told = self.recordings.give_up(job.tenant, id, why).await;
        told.map_err(|error| error.to_string())?;
        metrics::counter!("recordings_fetched_total", "outcome" => "given_up").increment(1);
        Ok(())
    }
}

/// Where its bytes are, when the provider has them.
fn link(recording: &Standing) -> Option<Link> {
    let channel: ChannelType = recording.provider.parse().ok()?;
    recording.taken.as_ref().map(|taken| Link { channel, url: taken.url.clone() })
}

#[async_trait]
impl JobKind for FetchRecording {
    fn name(&self) -> &'static str {
        KIND
    }

    /// Thirty attempts, from two seconds to two hours apart: two days for the provider to come back.
    fn rules(&self) -> Rules {
        Rules {
            nature: Nature::Timer,
            attempts: 30,
            timeout: self.fetcher.timeout() + MARGIN,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(2 * 3_600),
            at_once: AT_ONCE,
        }
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Fetch { recording_id } = match job.parse() {
            Ok(asked) => asked,
            Err(refused) => return refused,
        };
        let Err(why) = self.bring(job, recording_id).await else { return Outcome::Done };
        if job.last
            && let Err(error) = self.give_up(job, recording_id, GIVEN_UP).await
        {
            tracing::warn!(tenant.id = %job.tenant, job.id = %job.id, %error, "a recording waits that nobody fetches any more");
        }
        Outcome::retry(why)
    }
}
