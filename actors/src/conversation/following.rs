//! The job that takes conversations along when their contact is renamed, merged into another, or comes back out of it.

use async_trait::async_trait;
use entities::{ContactId, ConversationId, TenantId, conversation};

use crate::{
    contact::{self, FOLLOW, Follower},
    jobs::{Due, JobKind, Outcome, Rules},
    ports::Ports,
    store::StoreError,
};

use super::{Change, ContactRef, ConversationError, Conversations, Sender, What};

/// Conversations looked at in one query.
const PAGE: u64 = 200;
/// Conversations changed before others have their turn.
const AT_ONCE: usize = 100;

/// Takes them along. It may run again: whoever is with the right contact stays as he is.
pub struct FollowContact {
    ports: Ports,
    conversations: Conversations,
}

impl FollowContact {
    /// The kind, for this node's conversations.
    #[must_use]
    pub fn new(ports: Ports, conversations: Conversations) -> Self {
        Self { ports, conversations }
    }

    /// Takes along what follows `contact`, and says whether all of it was.
    async fn take_along(&self, tenant: TenantId, contact: ContactId) -> Result<bool, String> {
        let store = self.ports.store();
        let said = |error: StoreError| error.to_string();
        let (mut after, mut changed) = (None, 0);
        loop {
            let rows = self.following(tenant, contact, after).await.map_err(said)?;
            for row in &rows {
                let met_as = row.met_as.unwrap_or(row.contact_id);
                let Some(now) = contact::store::get(store, tenant, met_as).await.map_err(said)? else {
                    // It was removed: what was said with it stays as it is, and no more is said.
                    if row.next_scheduled_at.is_some() {
                        let abandoned = self.change(tenant, row.id, What::Abandon).await;
                        changed += usize::from(abandoned.map_err(|error| error.to_string())?);
                    }
                    continue;
                };
                let now = ContactRef { id: now.id, name: now.name };
                if (row.contact_id, &row.contact_name) != (now.id, &now.name) {
                    let followed = self.change(tenant, row.id, What::Follow(now)).await;
                    changed += usize::from(followed.map_err(|error| error.to_string())?);
                }
            }
            after = rows.last().map(|row| row.id);
            if after.is_none() || changed >= AT_ONCE {
                return Ok(after.is_none());
            }
        }
    }

    /// The next of those that are with the contact or began with it, by id.
    async fn following(
        &self,
        tenant: TenantId,
        contact: ContactId,
        after: Option<ConversationId>,
    ) -> Result<Vec<conversation::Model>, StoreError> {
        let found = self.ports.store().read(tenant, move |db| async move {
            let [with, began] = conversation::Entity::following(tenant, contact, after, PAGE);
            let (mut rows, began) = (with.all(&*db).await?, began.all(&*db).await?);
            rows.extend(began);
            Ok(rows)
        });
        let mut rows = found.await?;
        rows.sort_unstable_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        Ok(rows)
    }

    /// Changes one, and says whether there was something to do.
    async fn change(
        &self,
        tenant: TenantId,
        id: ConversationId,
        what: What,
    ) -> Result<bool, ConversationError> {
        let change = Change::new(Sender::system(), what);
        match self.conversations.change(tenant, id, change).await {
            Ok(_) => Ok(true),
            Err(ConversationError::NothingNew | ConversationError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl JobKind for FollowContact {
    fn name(&self) -> &'static str {
        FOLLOW
    }

    fn rules(&self) -> Rules {
        Rules::timer()
    }

    async fn run(&self, job: &Due) -> Outcome {
        let Follower { contact_id } = match job.parse() {
            Ok(follower) => follower,
            Err(refused) => return refused,
        };
        match self.take_along(job.tenant, contact_id).await {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::Again(self.ports.now()),
            Err(why) => Outcome::retry(why),
        }
    }
}
