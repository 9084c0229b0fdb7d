//! The job that has a file looked at, and tells what was found.

use std::time::Duration;

use async_trait::async_trait;
use entities::{
    AttachmentId, JobId, MessageId, Principal, TenantId, Timestamp, attachment,
    event::{Audience, TopicKind},
    message::AttachmentState,
};

use crate::{
    asked::Asked,
    conversation::{Change, ConversationError, Conversations, Scanned, Sender, What, store as conversations},
    event::{Data, Event, EventType},
    jobs::{Due, JobKind, Nature, Outcome, Rules},
    journal::{Commit, CommitError, NewJob, Record, Row},
    ports::{Ports, TRIES},
};

use super::super::{AttachmentError, Attachments, shown, store};
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
    Conversation(#[from] ConversationError),
    #[error("others change it all the time")]
    Busy,
}

impl ScanAttachment {
    /// The kind, for this node's files and conversations.
    #[must_use]
    pub fn new(attachments: Attachments, conversations: Conversations) -> Self {
        Self { attachments, conversations }
    }

    async fn look(&self, tenant: TenantId, id: AttachmentId) -> Result<(), StillWaits> {
        let Some(row) = self.load(tenant, id).await? else { return Ok(()) };
        let state = match row.state {
            AttachmentState::Scanning => {
                let found = self.judge(tenant, id).await?;
                self.tell(tenant, id, found).await?
            }
            state => state,
        };
        if state == AttachmentState::Blocked {
            // Behind the commit, and again whenever this job runs again: nobody needs the bytes, and the row stays.
            self.attachments.files.remove(tenant, id).await.map_err(AttachmentError::from)?;
        }
        Ok(())
    }

    async fn judge(&self, tenant: TenantId, id: AttachmentId) -> Result<AttachmentState, StillWaits> {
        let scanning = self.attachments.scanning.as_ref().ok_or(StillWaits::NoScanner)?;
        let file = self.attachments.files.open(tenant, id).await.map_err(AttachmentError::from)?;
        let verdict = scanning.scanner.scan(file.ok_or(StillWaits::NoBytes)?).await?;
        let (state, word) = match verdict {
            Verdict::Clean => (AttachmentState::Ready, "clean"),
            Verdict::Infected => (AttachmentState::Blocked, "infected"),
        };
        metrics::counter!("attachments_scanned_total", "verdict" => word).increment(1);
        if verdict == Verdict::Infected {
            tracing::warn!(tenant.id = %tenant, attachment.id = %id, "a file was found infected");
        }
        Ok(state)
    }

    /// Writes what was found where the file hangs by then: somebody may just be sending it, or taking it back. Answers what
    /// it is now.
    async fn tell(
        &self,
        tenant: TenantId,
        id: AttachmentId,
        found: AttachmentState,
    ) -> Result<AttachmentState, StillWaits> {
        for _ in 0..TRIES {
            let Some(row) = self.load(tenant, id).await? else { return Ok(found) };
            if row.state != AttachmentState::Scanning {
                return Ok(row.state);
            }
            match row.message_id {
                None => match self.attachments.tell_uploader(row, found).await {
                    Ok(()) => return Ok(found),
                    Err(CommitError::Conflict) => {}
                    Err(error) => return Err(AttachmentError::from(error).into()),
                },
                Some(message) => {
                    let what = Scanned { message_id: message, attachment_id: id, state: found };
                    self.tell_conversation(tenant, message, what).await?;
                }
            }
        }
        Err(StillWaits::Busy)
    }

    async fn tell_conversation(
        &self,
        tenant: TenantId,
        message: MessageId,
        what: Scanned,
    ) -> Result<(), StillWaits> {
        let store = self.attachments.ports.store();
        let found = conversations::message(store, tenant, message).await.map_err(AttachmentError::from)?;
        let message = found.ok_or(AttachmentError::NotFound)?;
        let change = Change::new(Sender::system(), What::Scanned(what));
        match self.conversations.change(tenant, message.conversation_id, change).await {
            // It moved on meanwhile: whoever asked looks again how it stands.
            Ok(_) | Err(ConversationError::NothingNew) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn load(
        &self,
        tenant: TenantId,
        id: AttachmentId,
    ) -> Result<Option<attachment::Model>, AttachmentError> {
        Ok(store::load(self.attachments.ports.store(), tenant, id).await?)
    }
}

impl Attachments {
    /// Writes what was found of a file that hangs on no message, and tells the user who uploaded it. Others look by
    /// themselves.
    async fn tell_uploader(&self, row: attachment::Model, found: AttachmentState) -> Result<(), CommitError> {
        let (tenant, now, by) = (row.tenant_id, self.ports.now(), Principal::System);
        let row = attachment::Model {
            state: found,
            rev: row.rev + 1,
            updated_at: now,
            updated_by: Some(by),
            ..row
        };
        let events = self.told(&row).into_iter().collect();
        let rows = vec![Row::Update(Record::Attachment(row))];
        self.ports.journal.commit(Commit::new(tenant, now, rows, events)).await?;
        Ok(())
    }

    fn told(&self, row: &attachment::Model) -> Option<Event> {
        let Some(Principal::User(user)) = row.created_by else { return None };
        let data = Data { attachment: Some(shown(row)), ..Data::default() };
        let about = (TopicKind::User, user.as_uuid());
        let asked = Asked::by(Principal::System);
        let mut event = asked.event(&self.ports, EventType::AttachmentScanned, about, data);
        event.head.audience = Audience::User;
        event.head.user_id = Some(user);
        Some(event)
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
