//! The timer that brings back what was snoozed.

use async_trait::async_trait;

use crate::jobs::{Due, JobKind, Outcome, Rules};

use super::{
    Change, ConversationError, Conversations, Sender, Wake, What,
    snooze::{Sleeper, WAKE},
};

/// Wakes a conversation whose time has come. It may run again: what is awake is not woken.
pub struct WakeConversation {
    conversations: Conversations,
}

impl WakeConversation {
    /// The kind, for this node's conversations.
    #[must_use]
    pub fn new(conversations: Conversations) -> Self {
        Self { conversations }
    }
}

#[async_trait]
impl JobKind for WakeConversation {
    fn name(&self) -> &'static str {
        WAKE
    }

    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Sleeper { conversation_id } = match job.parse() {
            Ok(sleeper) => sleeper,
            Err(refused) => return refused,
        };
        let by = Sender::system();
        let what = What::Wake(Wake { due: job.run_at });
        let change = Change::new(by, what);
        match self.conversations.change(job.tenant, conversation_id, change).await {
            Ok(_) | Err(ConversationError::NothingNew | ConversationError::NotFound) => Outcome::Done,
            Err(error) => Outcome::retry(error.to_string()),
        }
    }
}
