//! The timer that looks at the clock of a conversation.

use async_trait::async_trait;
use entities::{ConversationId, JobId, TenantId, Timestamp, conversation::Sla};

use crate::{
    jobs::{Due, JobKind, Outcome, Rules},
    journal::NewJob,
    ports::Ports,
};

use super::super::{Change, Conversation, ConversationError, Conversations, Sender, What, store};

const KIND: &str = "conversation.sla";

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Clock {
    conversation_id: ConversationId,
}

/// The job that looks at the clock `after` has, when none is owed that looks in time. A conversation has one such job,
/// which bears its id, and is moved when it is owed again. One that comes too early puts itself off.
pub(in crate::conversation) fn timer(before: Option<Sla>, after: &Conversation) -> Option<NewJob> {
    let rings_at = after.sla?.rings_at()?;
    if before.and_then(|sla| sla.rings_at()).is_some_and(|looks_at| looks_at <= rings_at) {
        return None;
    }
    Some(NewJob {
        id: JobId::from_uuid(after.id.as_uuid()),
        kind: KIND,
        key: Some(format!("{KIND}:{}", after.id)),
        run_at: rings_at,
        payload: serde_json::json!(Clock { conversation_id: after.id }),
        contact_id: Some(after.contact.id),
    })
}

/// Tells agents that a time is nearly over, and that it is. It may run again: what was told is not told twice.
pub struct SlaTimer {
    ports: Ports,
    conversations: Conversations,
}

impl SlaTimer {
    /// The kind, for this node's conversations.
    #[must_use]
    pub fn new(ports: Ports, conversations: Conversations) -> Self {
        Self { ports, conversations }
    }

    /// Has told what is to be told by now; the answer is when to look again.
    async fn look(
        &self,
        tenant: TenantId,
        id: ConversationId,
    ) -> Result<Option<Timestamp>, ConversationError> {
        let rings_at = self.rings_at(tenant, id).await?;
        if rings_at.is_none_or(|at| at > self.ports.now()) {
            return Ok(rings_at);
        }
        let by = Sender::system();
        let change = Change::new(by, What::CheckSla);
        match self.conversations.change(tenant, id, change).await {
            Ok(_) | Err(ConversationError::NothingNew | ConversationError::NotFound) => {}
            Err(error) => return Err(error),
        }
        self.rings_at(tenant, id).await
    }

    async fn rings_at(
        &self,
        tenant: TenantId,
        id: ConversationId,
    ) -> Result<Option<Timestamp>, ConversationError> {
        let found = store::get(self.ports.store(), tenant, id).await;
        let found = found.map_err(|_| ConversationError::Unavailable)?;
        Ok(found.and_then(|conversation| conversation.sla?.rings_at()))
    }
}

#[async_trait]
impl JobKind for SlaTimer {
    fn name(&self) -> &'static str {
        KIND
    }

    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Clock { conversation_id } = match job.parse() {
            Ok(clock) => clock,
            Err(refused) => return refused,
        };
        match self.look(job.tenant, conversation_id).await {
            Ok(None) => Outcome::Done,
            Ok(Some(at)) => Outcome::Again(at),
            Err(error) => Outcome::retry(error.to_string()),
        }
    }
}
