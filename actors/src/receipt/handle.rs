//! The door to receipts.

use std::{sync::Arc, time::Duration};

use entities::{ReceiptId, TenantId, webhook_receipt::ReceiptStatus};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    asked::{Asked, Earlier},
    audit::{Deed, recorded},
    call::Calls,
    channel::Channel,
    consent::Consents,
    conversation::{ConversationError, Conversations, store as conversations},
    credential::Credentials,
    inbound::{Inbound, InboundMessage, NotReceived},
    journal::{Commit, CommitError, Record, Row},
    ports::{Attempt, Ports},
    recording::Recordings,
    store::StoreError,
};

use super::{
    Arrived, Heard, How, Raw, Receipt, ReceiptError, Settling, Taken, Translate, error::NotApplied,
    job::apply_later, models, state::decide_replay, store,
};

/// How long a provider waits for the effect of what it sent, before the receipt is kept without it.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// The receipts of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Receipts {
    pub(super) ports: Ports,
    pub(super) inbound: Inbound,
    pub(super) consents: Consents,
    pub(super) conversations: Conversations,
    pub(super) calls: Calls,
    pub(super) recordings: Recordings,
    translators: Arc<[Arc<dyn Translate>]>,
    /// Where it is counted how providers tell of steps.
    pub(super) counted_by: Option<Credentials>,
    patience: Duration,
}

impl Receipts {
    /// The room, the conversations and calls it leads to, and those who understand the providers.
    #[must_use]
    pub fn new(
        ports: Ports,
        (conversations, calls): (Conversations, Calls),
        translators: Vec<Arc<dyn Translate>>,
    ) -> Self {
        let inbound = Inbound::new(ports.clone(), conversations.clone(), calls.clone());
        let (consents, translators) = (Consents::new(ports.clone()), translators.into());
        let recordings = Recordings::new(ports.clone());
        let (counted_by, patience) = (None, PATIENCE);
        Self { ports, inbound, consents, conversations, calls, recordings, translators, counted_by, patience }
    }

    /// The same, with another patience.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The same; how long providers take to tell of a step is counted with their credentials.
    #[must_use]
    pub fn counted_by(self, credentials: Credentials) -> Self {
        Self { counted_by: Some(credentials), ..self }
    }

    /// Takes a webhook. When this answers it is on disk, with its effect or with a job that owes it.
    ///
    /// # Errors
    /// [`ReceiptError`]: nothing is kept, and the provider should come again.
    pub async fn take(
        &self,
        tenant: TenantId,
        channel: &Channel,
        arrived: Arrived,
    ) -> Result<Taken, ReceiptError> {
        if let Some(earlier) = self.earlier(tenant, &arrived).await? {
            return Ok(earlier);
        }
        let settling = self.fresh(tenant, channel, &arrived).await?;
        let applied = timeout(self.patience, self.apply(channel, &settling, &arrived.raw)).await;
        let why = match applied {
            Ok(Ok(())) => return Ok(Taken { answer: arrived.answer, how: How::Applied }),
            Ok(Err(why)) => why,
            Err(_) => NotApplied::NotYet("it took too long".to_owned()),
        };
        self.keep(tenant, &settling, &why, arrived).await
    }

    /// Has the receipt applied once more, by its job.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub async fn replay(
        &self,
        tenant: TenantId,
        asked: &Asked,
        id: ReceiptId,
    ) -> Result<Receipt, ReceiptError> {
        self.ports
            .until_written(|| async {
                match asked.earlier(&self.ports, tenant).await.map_err(refused)? {
                    Earlier::Answered(receipt) => return Ok(receipt),
                    Earlier::Mismatch => return Err(Attempt::Refused(ReceiptError::IdempotencyMismatch)),
                    Earlier::None => {}
                }
                let before = store::load(self.ports.store(), tenant, id).await.map_err(refused)?;
                let before = before.ok_or(Attempt::Refused(ReceiptError::NotFound))?;
                let now = self.ports.now();
                let row = decide_replay(before, now).map_err(Attempt::Refused)?;
                let receipt = Receipt::from(row.clone());
                let deed = Deed { action: "receipt.replay", noun: "receipt", id: id.as_uuid() };
                let about = json!({ "provider": receipt.provider, "kind": receipt.kind });
                let entry = recorded(&self.ports, tenant, asked, deed, about);
                let rows = vec![Row::Update(Record::WebhookReceipt(row)), entry];
                let commit = Commit::new(tenant, now, rows, Vec::new()).owing(vec![apply_later(id, now)]);
                self.ports.journal.commit(commit.answering(asked.answer_untold(&receipt))).await?;
                Ok(receipt)
            })
            .await
    }

    /// Applies what a webhook says, and settles its receipt in the same commit.
    pub(super) async fn apply(
        &self,
        channel: &Channel,
        settling: &Settling,
        raw: &Raw,
    ) -> Result<(), NotApplied> {
        let provider = &settling.before().provider;
        let translator = self.translators.iter().find(|known| known.provider() == provider);
        let translator = translator.ok_or(NotApplied::Never("nobody understands its provider".to_owned()))?;
        let heard = translator.translate(raw).map_err(|error| NotApplied::Never(error.to_string()))?;
        let tenant = settling.before().tenant_id;
        match heard {
            Heard::Message(message) => self.let_in(tenant, channel, message, settling).await,
            Heard::Progress(told) => self.advance((channel, translator.provider()), told, settling).await,
            Heard::Call(call) => self.ring(tenant, channel, call, settling).await,
            Heard::CallNews(told) => self.follow_call(told, settling).await,
            Heard::Recording(told) => self.follow_recording(told, settling).await,
            Heard::Nothing => self.settle_alone(settling, None).await,
        }
    }

    /// Puts a message where it belongs. What cannot get in because it stands there already, under other news, is settled alone.
    async fn let_in(
        &self,
        tenant: TenantId,
        channel: &Channel,
        message: InboundMessage,
        settling: &Settling,
    ) -> Result<(), NotApplied> {
        let name = message.provider_id.clone();
        match self.inbound.receive(tenant, channel, message, settling).await {
            Err(NotReceived::Conversation(ConversationError::Busy)) => {}
            received => return received.map_err(NotApplied::from),
        }
        match conversations::called(self.ports.store(), tenant, channel.kind, name).await? {
            Some(standing) => self.settle_alone(settling, Some(&standing)).await,
            None => Err(NotApplied::NotYet(ConversationError::Busy.to_string())),
        }
    }

    /// What a provider is answered that sends the same again.
    async fn earlier(&self, tenant: TenantId, arrived: &Arrived) -> Result<Option<Taken>, ReceiptError> {
        let news = (arrived.provider, arrived.dedupe_key.as_str());
        let Some(row) = store::of_news(self.ports.store(), tenant, news).await? else { return Ok(None) };
        let keys = self.ports.store().keys(tenant).await?;
        let answer = models::answer(&row, &keys).map_err(StoreError::from)?;
        Ok(Some(Taken { answer, how: How::Again(row.status) }))
    }

    async fn fresh(
        &self,
        tenant: TenantId,
        channel: &Channel,
        arrived: &Arrived,
    ) -> Result<Settling, ReceiptError> {
        let keys = self.ports.store().keys(tenant).await?;
        let named = (ReceiptId::from_uuid(self.ports.draw()), self.ports.now());
        let row = models::arrived(arrived, (tenant, channel.id), named, &keys).map_err(StoreError::from)?;
        Ok(Settling::fresh(row))
    }

    /// Keeps a receipt without its effect, and owes that. Whoever finds it there already was overtaken by the same news,
    /// or by the effect itself, which was only late.
    async fn keep(
        &self,
        tenant: TenantId,
        settling: &Settling,
        why: &NotApplied,
        arrived: Arrived,
    ) -> Result<Taken, ReceiptError> {
        let now = self.ports.now();
        let id = settling.before().id;
        if *why != NotApplied::Settled {
            tracing::warn!(tenant.id = %tenant, receipt.id = %id, %why, "a webhook is kept to be applied later");
            let rows = vec![settling.put_off(&why.to_string(), now)];
            let commit = Commit::new(tenant, now, rows, Vec::new()).owing(vec![apply_later(id, now)]);
            match self.ports.journal.commit(commit).await {
                Ok(_) => return Ok(Taken { answer: arrived.answer, how: How::Pending }),
                Err(CommitError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.earlier(tenant, &arrived).await?.ok_or(ReceiptError::Unavailable)
    }

    /// A receipt as the job finds it: what came and its channel; `None` when there is nothing to do any more.
    pub(super) async fn owed(
        &self,
        tenant: TenantId,
        id: ReceiptId,
    ) -> Result<Option<(Settling, Raw, Option<Channel>)>, StoreError> {
        let store = self.ports.store();
        let row = store::load(store, tenant, id).await?;
        let Some(row) = row.filter(|row| row.status != ReceiptStatus::Applied) else { return Ok(None) };
        let raw = models::raw(&row, &*store.keys(tenant).await?)?;
        let channel = crate::channel::store::get(store, tenant, row.channel_id).await?;
        Ok(Some((Settling::kept(row), raw, channel)))
    }
}

fn refused(error: StoreError) -> Attempt<ReceiptError> {
    Attempt::Refused(error.into())
}
