//! The job that has a file looked at, and tells what was found.

use std::time::Duration;

use async_trait::async_trait;
use entities::{AttachmentId, JobId, TenantId, Timestamp, message::AttachmentState};

use crate::{
    conversation::Conversations,
    jobs::{Due, JobKind, Nature, Outcome, Rules},
    journal::NewJob,
    ports::Ports,
};

use super::super::{AttachmentError, Attachments, Found, telling::NotTold};
use super::{ScanError, Verdict};

const KIND: &str = "attachment.scan";
/// What an attempt takes longer than the scan: the time to write what was found.
const MARGIN: Duration = Duration::from_secs(15);

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Look {
    attachment_id: AttachmentId,
}

/// The job that looks at a file, which is kept by now.
pub(in crate::attachment) fn scan(ports: &Ports, attachment_id: AttachmentId, run_at: Timestamp) -> NewJob {
    NewJob {
        id: JobId::from_uuid(ports.draw()),
        kind: KIND,
        key: None,
        run_at,
        payload: serde_json::json!(Look { attachment_id }),
        contact_id: None,
    }
}

/// Has a file looked at, and lets it out or shuts it away. It may run again: what was found is told once.
pub struct ScanAttachment {
    attachments: Attachments,
    conversations: Conversations,
}

/// Why a file still waits.
#[derive(Debug, thiserror::Error)]
enum StillWaits {
    #[error("nobody looks at files: attachments.scan_command is empty")]
    NoScanner,
    #[error("the bytes of the file are not here")]
    NoBytes,
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    #[error(transparent)]
    NotTold(#[from] NotTold),
}

impl ScanAttachment {
    /// The kind, for this node's files and conversations.
    #[must_use]
    pub fn new(attachments: Attachments, conversations: Conversations) -> Self {
        Self { attachments, conversations }
    }

    async fn look(&self, tenant: TenantId, id: AttachmentId) -> Result<(), StillWaits> {
        let Some(row) = self.attachments.standing(tenant, id).await? else { return Ok(()) };
        let state = match row.state {
            AttachmentState::Scanning => {
                let found = self.judge(tenant, id).await?;
                self.attachments.tell(&self.conversations, (tenant, id), &found).await?
            }
            state => state,
        };
        if state == AttachmentState::Blocked {
            // Behind the commit, and again whenever this job runs again: nobody needs the bytes, and the row stays.
            self.attachments.files.remove(tenant, id).await.map_err(AttachmentError::from)?;
        }
        Ok(())
    }

    async fn judge(&self, tenant: TenantId, id: AttachmentId) -> Result<Found, StillWaits> {
        let scanning = self.attachments.scanning.as_ref().ok_or(StillWaits::NoScanner)?;
        let file = self.attachments.files.open(tenant, id).await.map_err(AttachmentError::from)?;
        let verdict = scanning.scanner.scan(file.ok_or(StillWaits::NoBytes)?).await?;
        let (found, word) = match verdict {
            Verdict::Clean => (Found::ready(), "clean"),
            Verdict::Infected => (Found::blocked("It was not found clean"), "infected"),
        };
        metrics::counter!("attachments_scanned_total", "verdict" => word).increment(1);
        if verdict == Verdict::Infected {
            tracing::warn!(tenant.id = %tenant, attachment.id = %id, "a file was found infected");
        }
        Ok(found)
    }
}

#[async_trait]
impl JobKind for ScanAttachment {
    fn name(&self) -> &'static str {
        KIND
    }

    /// Twenty attempts, from two seconds to an hour apart: nine hours for somebody to mend the scanner.
    fn rules(&self) -> Rules {
        let scanning = self.attachments.scanning.as_ref();
        Rules {
            nature: Nature::Timer,
            attempts: 20,
            timeout: scanning.map(|scanning| scanning.timeout).unwrap_or_default() + MARGIN,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(3_600),
            at_once: scanning.map_or(1, |scanning| scanning.at_once),
        }
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Look { attachment_id } = match job.parse() {
            Ok(look) => look,
            Err(refused) => return refused,
        };
        match self.look(job.tenant, attachment_id).await {
            Ok(()) => Outcome::Done,
            Err(why) => Outcome::retry(why.to_string()),
        }
    }
}
