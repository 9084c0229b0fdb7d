//! What is answered to STOP, START and HELP where a channel has words for it: once for each, by a job that the commit of the
//! message owes.

use async_trait::async_trait;
use entities::{ConsentId, ConversationId, Digest, JobId, Principal, Timestamp, message::MessageClass};
use serde::{Deserialize, Serialize};

use crate::{
    conversation::{Change, ConversationError, Conversations, SendMessage, Sender, What, confirming},
    jobs::{Due, JobKind, Outcome, Rules},
    journal::{Fence, Lasting, NewJob},
};

const KIND: &str = "keyword.answer";

/// What the job knows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Owed {
    pub(super) conversation_id: ConversationId,
    pub(super) body: String,
    /// The opt-out it is about.
    pub(super) confirms: Option<ConsentId>,
}

/// The job that answers.
pub(super) fn answer(owed: &Owed, id: JobId, now: Timestamp) -> NewJob {
    let payload = serde_json::json!(owed);
    NewJob { id, kind: KIND, key: None, run_at: now, payload, contact_id: None }
}

/// Answers keywords.
pub struct AnswerKeyword {
    conversations: Conversations,
}

impl AnswerKeyword {
    /// The kind, for this node's conversations.
    #[must_use]
    pub fn new(conversations: Conversations) -> Self {
        Self { conversations }
    }
}

#[async_trait]
impl JobKind for AnswerKeyword {
    fn name(&self) -> &'static str {
        KIND
    }

    /// The job's id is the fence: it is said once however often this runs.
    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Owed { conversation_id, body, confirms } = match job.parse() {
            Ok(owed) => owed,
            Err(refused) => return refused,
        };
        let key = format!("answer:{}", job.id);
        let client_id = confirms.map_or_else(|| key.clone(), confirming);
        let request = Digest::of(job.payload.as_bytes());
        let fence = Fence { principal: Principal::System, key, request, lasting: Lasting::Day };
        let class = Some(MessageClass::Transactional);
        let what = What::Send(SendMessage { body, class, confirms, ..SendMessage::default() });
        let change = Change::new(Sender::system(), what);
        let change = Change { client_id: Some(client_id.into()), fence: Some(fence), ..change };
        let change = Change { in_doubt_since: job.in_doubt_since, ..change };
        match self.conversations.change(job.tenant, conversation_id, change).await {
            Ok(_) | Err(ConversationError::Blocked(_) | ConversationError::NotFound) => Outcome::Done,
            Err(error @ ConversationError::NotConnected { .. }) => Outcome::Refused(error.to_string()),
            Err(error) => Outcome::retry(error.to_string()),
        }
    }
}
