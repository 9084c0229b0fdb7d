//! What a provider tells of a message of ours, and whose message it is.

use entities::{
    Address, MessageId, TenantId,
    message::{self, Direction, MessageStatus},
};

use crate::{
    channel::Channel,
    conversation::{Change, ConversationError, MarkProgress, Progress, Sender, What, store as conversations},
    credential::Callback,
    journal::Commit,
    store::StoreError,
};

use super::{Receipts, Settling, error::NotApplied};

/// A message of ours came this far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Ours, when the provider was given it and gives it back.
    pub message_id: Option<MessageId>,
    /// What the provider calls it.
    pub external_id: String,
    pub progress: Progress,
    /// The recipient, when it did not arrive because he had opted out at the provider.
    pub opted_out: Option<Address>,
}

impl Receipts {
    /// Moves the message, and settles the receipt with it. What is no news, or of no message of ours, is settled alone.
    pub(super) async fn advance(
        &self,
        (channel, provider): (&Channel, &'static str),
        told: Told,
        settling: &Settling,
    ) -> Result<(), NotApplied> {
        let tenant = settling.before().tenant_id;
        let Some(message) = self.of(tenant, channel, &told).await? else {
            tracing::info!(tenant.id = %tenant, "a provider tells of a message that is none of ours");
            return self.settle_alone(settling, None).await;
        };
        if let Some(recipient) = &told.opted_out {
            // Before the message: when that fails, all of it comes again, and he is not entered twice.
            let about = (message.contact_id, message.id);
            let entered = self.consents.revoke_at_provider(tenant, recipient, about).await;
            entered.map_err(|error| NotApplied::NotYet(error.to_string()))?;
        }
        let mark = MarkProgress { message_id: message.id, progress: told.progress };
        let change = Change::new(Sender::system(), What::Progress(mark));
        let change = Change { receipt: Some(settling.clone()), ..change };
        match self.conversations.change(tenant, message.conversation_id, change).await {
            Ok(_) => {
                self.count(provider, &message, settling);
                Ok(())
            }
            Err(ConversationError::NothingNew) => self.settle_alone(settling, Some(&message)).await,
            Err(ConversationError::ReceiptSettled) => Err(NotApplied::Settled),
            Err(error) => Err(NotApplied::NotYet(error.to_string())),
        }
    }

    async fn of(
        &self,
        tenant: TenantId,
        channel: &Channel,
        told: &Told,
    ) -> Result<Option<message::Model>, StoreError> {
        let store = self.ports.store();
        if let Some(id) = told.message_id
            && let Some(message) = conversations::carried(store, tenant, id).await?
            && message.channel_type == channel.kind
        {
            return Ok(Some(message));
        }
        let called = conversations::called(store, tenant, channel.kind, told.external_id.clone()).await?;
        Ok(called.filter(|message| message.direction == Direction::Outbound))
    }

    /// How long the provider took is measured at the first step it tells of: from when its answer was noted that it has the
    /// message, to when the callback came. It does not say itself when the step was made.
    fn count(&self, provider: &'static str, before: &message::Model, settling: &Settling) {
        let is_first = before.status == MessageStatus::Sending && before.external_id.is_some();
        if let (Some(credentials), true) = (&self.counted_by, is_first) {
            let delay = settling.before().received_at.since(before.updated_at);
            credentials.note_callback(before.tenant_id, provider, Callback::After(delay));
        }
    }

    pub(super) async fn settle_alone(
        &self,
        settling: &Settling,
        message: Option<&message::Model>,
    ) -> Result<(), NotApplied> {
        let (tenant, now) = (settling.before().tenant_id, self.ports.now());
        let rows = vec![settling.settled(message.map(|message| message.contact_id), now)];
        self.ports.journal.commit(Commit::new(tenant, now, rows, Vec::new())).await?;
        Ok(())
    }
}
