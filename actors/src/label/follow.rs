//! The job by which a renamed label, or one that was taken away, changes on the conversations that have it.

use async_trait::async_trait;
use entities::{ConversationId, JobId, Timestamp};

use crate::{
    conversation::{Change, ConversationError, Conversations, ListChange, Sender, UpdateConversation, What},
    jobs::{Due, JobKind, Outcome, Rules},
    journal::NewJob,
    ports::Ports,
};

use super::store;

/// The kind of the job.
const FOLLOW: &str = "label.follow";
/// Conversations changed before others have their turn.
const AT_ONCE: u64 = 100;

/// What the job knows.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Follower {
    from: String,
    /// `None`: it was taken away.
    to: Option<String>,
}

/// The job, in the order in which labels change.
pub(super) fn following(from: String, to: Option<String>, id: JobId, now: Timestamp) -> NewJob {
    NewJob {
        id,
        kind: FOLLOW,
        key: Some("labels".to_owned()),
        run_at: now,
        payload: serde_json::json!(Follower { from, to }),
        contact_id: None,
    }
}

/// Changes the label on the conversations. It may run again: those that are done do not have it any more.
pub struct FollowLabel {
    ports: Ports,
    conversations: Conversations,
}

impl FollowLabel {
    /// The kind, for this node's conversations.
    #[must_use]
    pub fn new(ports: Ports, conversations: Conversations) -> Self {
        Self { ports, conversations }
    }

    /// Changes one, and says whether there was something to change.
    async fn relabel(&self, job: &Due, id: ConversationId, label: &Follower) -> Result<bool, String> {
        let labels =
            ListChange::Edit { add: label.to.iter().cloned().collect(), remove: vec![label.from.clone()] };
        let what = What::Update(UpdateConversation { labels: Some(labels), ..UpdateConversation::default() });
        let change = Change::new(Sender::system(), what);
        match self.conversations.change(job.tenant, id, change).await {
            Ok(_) => Ok(true),
            Err(ConversationError::NothingNew | ConversationError::NotFound) => Ok(false),
            Err(error) => Err(error.to_string()),
        }
    }
}

#[async_trait]
impl JobKind for FollowLabel {
    fn name(&self) -> &'static str {
        FOLLOW
    }

    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let label: Follower = match job.parse() {
            Ok(label) => label,
            Err(refused) => return refused,
        };
        let marked = match store::marked(self.ports.store(), job.tenant, &label.from, AT_ONCE).await {
            Ok(marked) => marked,
            Err(error) => return Outcome::retry(error.to_string()),
        };
        let mut changed = false;
        for id in marked {
            match self.relabel(job, ConversationId::from_uuid(id), &label).await {
                Ok(done) => changed |= done,
                Err(why) => return Outcome::retry(why),
            }
        }
        if changed { Outcome::Again(self.ports.now()) } else { Outcome::Done }
    }
}
