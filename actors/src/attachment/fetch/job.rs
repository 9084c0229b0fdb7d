//! The job that fetches a file which came with a message, keeps it, and has it looked at or tells that it is here.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use entities::{AttachmentId, ContactId, JobId, Principal, Timestamp, attachment, message::AttachmentState};

use crate::{
    conversation::Conversations,
    jobs::{Due, JobKind, Nature, Outcome, Rules},
    journal::{Commit, NewJob, Record, Row},
};

use super::super::{
    AttachmentError, Attachments, Found, Kept, found::never_came, handle::pixels, scan::scan,
    telling::NotTold,
};
use super::{Fetched, Fetcher, Link, NotFetched};

const KIND: &str = "attachment.fetch";
/// What an attempt takes longer than the fetch: the time to keep the file and to write what it is.
const MARGIN: Duration = Duration::from_secs(15);
/// Files one node fetches at a time; the others wait in the database.
const AT_ONCE: usize = 8;
/// So often it is looked for, within half a minute, before it is believed that it is not there.
const LOOKS: i64 = 5;
const GIVEN_UP: &str = "It could not be fetched from its sender's provider";

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Fetch {
    attachment_id: AttachmentId,
    link: Link,
}

/// The job that fetches a file, which the commit of its message told of.
pub(crate) fn fetch(
    id: JobId,
    (attachment_id, link): (AttachmentId, Link),
    run_at: Timestamp,
    contact_id: ContactId,
) -> NewJob {
    let payload = serde_json::json!(Fetch { attachment_id, link });
    NewJob { id, kind: KIND, key: None, run_at, payload, contact_id: Some(contact_id) }
}

/// Fetches files. It may run again: what is here is not fetched twice, and what was found is told once.
pub struct FetchAttachment {
    attachments: Attachments,
    conversations: Conversations,
    fetcher: Arc<dyn Fetcher>,
}

/// Why a file is still not here.
#[derive(Debug, thiserror::Error)]
enum StillAway {
    #[error("{0}")]
    NotFetched(String),
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    #[error(transparent)]
    NotTold(#[from] NotTold),
}

impl FetchAttachment {
    /// The kind, for this node's files and conversations.
    #[must_use]
    pub fn new(attachments: Attachments, conversations: Conversations, fetcher: Arc<dyn Fetcher>) -> Self {
        Self { attachments, conversations, fetcher }
    }

    async fn bring(&self, job: &Due, asked: &Fetch) -> Result<(), StillAway> {
        let (tenant, id) = (job.tenant, asked.attachment_id);
        let Some(row) = self.attachments.standing(tenant, id).await? else { return Ok(()) };
        let is_away = row.state == AttachmentState::Scanning && row.size == 0;
        if !is_away && !never_came(&row) {
            return Ok(());
        }
        let (found, word) = match self.fetcher.fetch(tenant, &asked.link).await {
            Ok(fetched) => return self.keep(row, fetched).await,
            Err(NotFetched::Absent(why)) if job.attempt < LOOKS => return Err(StillAway::NotFetched(why)),
            Err(NotFetched::NotYet(why)) => return Err(StillAway::NotFetched(why)),
            Err(NotFetched::Never(reason) | NotFetched::Absent(reason)) => {
                (Found::blocked(reason), "blocked")
            }
        };
        self.tell(job, asked, &found).await?;
        metrics::counter!("attachments_fetched_total", "outcome" => word).increment(1);
        Ok(())
    }

    /// Nobody comes for it any more unless a person says so: whoever reads the message is told.
    async fn give_up(&self, job: &Due, asked: &Fetch) {
        match self.tell(job, asked, &Found::blocked(GIVEN_UP)).await {
            Ok(_) => metrics::counter!("attachments_fetched_total", "outcome" => "given_up").increment(1),
            Err(error) => {
                tracing::warn!(tenant.id = %job.tenant, job.id = %job.id, %error, "a file waits that nobody fetches any more");
            }
        }
    }

    async fn tell(&self, job: &Due, asked: &Fetch, found: &Found) -> Result<AttachmentState, NotTold> {
        self.attachments.tell(&self.conversations, (job.tenant, asked.attachment_id), found).await
    }

    /// The bytes come first: whoever is told of them finds them.
    async fn keep(&self, row: attachment::Model, fetched: Fetched) -> Result<(), StillAway> {
        let (tenant, id, path) = (row.tenant_id, row.id, (*fetched.aside).as_ref().to_owned());
        let pixels = pixels(fetched.content, &path).await;
        self.attachments.files.put(tenant, id, &path).await.map_err(AttachmentError::from)?;
        let kept = Kept { content: fetched.content, size: fetched.size, pixels };
        match self.attachments.scanning {
            Some(_) => self.have_looked_at(row, &kept).await?,
            None => {
                let found = Found { kept: Some(kept), ..Found::ready() };
                self.attachments.tell(&self.conversations, (tenant, id), &found).await?;
            }
        }
        metrics::counter!("attachments_fetched_total", "outcome" => "kept").increment(1);
        Ok(())
    }

    /// Notes what came and owes the scan, in one commit. Nobody is told before it was looked at.
    async fn have_looked_at(&self, row: attachment::Model, kept: &Kept) -> Result<(), AttachmentError> {
        let (ports, tenant, id) = (&self.attachments.ports, row.tenant_id, row.id);
        let (now, by) = (ports.now(), Some(Principal::System));
        let row = attachment::Model { state: AttachmentState::Scanning, reason: None, ..kept.applied(row) };
        let row = attachment::Model { rev: row.rev + 1, updated_at: now, updated_by: by, ..row };
        let rows = vec![Row::Update(Record::Attachment(row))];
        let commit = Commit::new(tenant, now, rows, Vec::new()).owing(vec![scan(ports, id, now)]);
        ports.journal.commit(commit).await?;
        Ok(())
    }
}

#[async_trait]
impl JobKind for FetchAttachment {
    fn name(&self) -> &'static str {
        KIND
    }

    /// Twenty attempts, from two seconds to an hour apart: nine hours for the provider to come back.
    fn rules(&self) -> Rules {
        Rules {
            nature: Nature::Timer,
            attempts: 20,
            timeout: self.fetcher.timeout() + MARGIN,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(3_600),
            at_once: AT_ONCE,
        }
    }

    async fn run(&self, job: &Due) -> Outcome {
        let asked: Fetch = match job.parse() {
            Ok(asked) => asked,
            Err(refused) => return refused,
        };
        match self.bring(job, &asked).await {
            Ok(()) => Outcome::Done,
            Err(why) => {
                if job.last {
                    self.give_up(job, &asked).await;
                }
                Outcome::retry(why.to_string())
            }
        }
    }
}
