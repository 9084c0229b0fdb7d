//! The timer that has a message said in time.

use async_trait::async_trait;
use entities::{ContactId, ConversationId, JobId, MessageId, Timestamp, scheduled_message};
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Change, ConversationError, Conversations, Sender, What, draft::Given},
    jobs::{Due, JobKind, Outcome, Rules},
    journal::NewJob,
};

use super::SayScheduled;

const KIND: &str = "message.due";

/// What the job knows.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    conversation_id: ConversationId,
    message_id: MessageId,
    /// It may have been said since then already, and was put off since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    in_doubt_since: Option<Timestamp>,
}

/// The job that has it said at its time. Every time it is to be said at has a job of its own, so one for a time that was put
/// off finds nothing to do.
pub(super) fn timer(row: &scheduled_message::Model, contact: ContactId, given: Given<'_>) -> NewJob {
    let (conversation_id, message_id) = (row.conversation_id, row.id);
    let waiting = Waiting { conversation_id, message_id, in_doubt_since: given.in_doubt_since };
    NewJob {
        id: JobId::from_uuid(given.ids.draw()),
        kind: KIND,
        key: None,
        run_at: row.scheduled_at,
        payload: serde_json::json!(waiting),
        contact_id: Some(contact),
    }
}

/// Has a message said whose time has come. It may run again: what was said, put off or taken back is not said.
pub struct SayInTime {
    conversations: Conversations,
}

impl SayInTime {
    /// The kind, for this node's conversations.
    #[must_use]
    pub fn new(conversations: Conversations) -> Self {
        Self { conversations }
    }
}

#[async_trait]
impl JobKind for SayInTime {
    fn name(&self) -> &'static str {
        KIND
    }

    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Waiting { conversation_id, message_id, in_doubt_since } = match job.parse() {
            Ok(waiting) => waiting,
            Err(refused) => return refused,
        };
        let what = What::SayScheduled(SayScheduled { message_id, due: job.run_at });
        let in_doubt_since = in_doubt_since.or(job.in_doubt_since);
        let change = Change { in_doubt_since, ..Change::new(Sender::system(), what) };
        match self.conversations.change(job.tenant, conversation_id, change).await {
            Ok(_) | Err(ConversationError::NothingNew | ConversationError::NotFound) => Outcome::Done,
            Err(error) => Outcome::retry(error.to_string()),
        }
    }
}
