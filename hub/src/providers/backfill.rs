//! The job that asks the provider which texts and calls came for a tenant while we could not be told: at every start, when credentials
//! are given anew, and now and then, because nobody tells us that he could not reach us. What is found goes the way of a webhook.

use std::time::Duration;

use actors::{
    call::store as calls,
    channel::{self, Channel},
    conversation::store as conversations,
    credential::{Credentials, store as credentials},
    jobs::{Due, JobKind, Outcome, Rules},
    ports::Ports,
    receipt::{How, Receipts, store as receipts},
};
use async_trait::async_trait;
use entities::{Place, TenantId, Timestamp, channel::ChannelType, webhook_receipt::Filter};

use super::{
    twilio::{
        NAME, Resource, TwilioAccount, TwilioClient, backfilled, backfilled_call, connected,
        voice::CallResource,
    },
    used,
};
use crate::config;

/// The name of the job in the database.
pub const BACKFILL: &str = "message.backfill";

/// Looked through once more: two clocks never agree, and lists are not always complete at once.
const OVERLAP: Duration = Duration::from_mins(10);
/// Not looked through yet: what came just now is still being told.
const ON_ITS_WAY: Duration = Duration::from_mins(1);
/// Looked through at a time, then it is noted; half as much where there is too much.
const STRETCH: Duration = Duration::from_hours(24);
const LEAST: Duration = Duration::from_mins(1);
/// An attempt that takes longer goes on with the next.
const PATIENCE: Duration = Duration::from_mins(10);
/// Numbers in one question.
const CHANNELS: u64 = 200;

/// Imports texts and calls nobody told of.
pub struct Backfill {
    ports: Ports,
    credentials: Credentials,
    receipts: Receipts,
    twilio: TwilioClient,
    settings: config::Twilio,
}

/// Whose texts and calls are looked for.
struct Search {
    tenant: TenantId,
    account: TwilioAccount,
    numbers: Vec<Channel>,
}

impl Backfill {
    /// The kind, which asks through the same client as everybody.
    #[must_use]
    pub fn new(
        ports: Ports,
        (credentials, receipts): (Credentials, Receipts),
        (twilio, settings): (TwilioClient, config::Twilio),
    ) -> Self {
        Self { ports, credentials, receipts, twilio, settings }
    }

    /// Everything from when it was caught up last. Who has no credentials comes again when he has.
    async fn catch_up(&self, tenant: TenantId) -> Result<Outcome, Outcome> {
        let account = connected(&self.credentials, tenant, "backfill").await?;
        let Some(account) = account else { return Ok(Outcome::Done) };
        let (begun, numbers) = (self.ports.now(), self.numbers(tenant).await?);
        let search = Search { tenant, account, numbers };
        let (mut from, end) = (self.begin(tenant, begun).await?, begun.minus(ON_ITS_WAY));
        let mut stretch = STRETCH;
        while from < end {
            let until = end.min(from.plus(stretch));
            if self.look(&search, (from, until)).await? || stretch <= LEAST {
                self.note(tenant, until).await?;
                from = until;
            } else {
                stretch /= 2;
            }
        }
        Ok(self.again())
    }

    /// Where to begin: at the last webhook when nobody has looked before, and now when there was none.
    async fn begin(&self, tenant: TenantId, now: Timestamp) -> Result<Timestamp, Outcome> {
        let store = self.ports.store();
        let known = credentials::caught_up_at(store, tenant, NAME).await.map_err(later)?;
        if let Some(known) = known {
            return Ok(known.minus(OVERLAP));
        }
        let filter = Filter { provider: Some(NAME.to_owned()), status: None };
        let last = receipts::page(store, tenant, filter, (None, 1)).await.map_err(later)?;
        Ok(last.first().map_or(now, |receipt| receipt.received_at).minus(OVERLAP))
    }

    /// Imports what is unknown of a stretch of time, the oldest first; false when there is too much of it.
    async fn look(&self, search: &Search, stretch: (Timestamp, Timestamp)) -> Result<bool, Outcome> {
        let mut is_whole = true;
        for number in &search.numbers {
            let Some(address) = &number.address else { continue };
            let listed = self.twilio.received(&search.account, address, stretch).await;
            self.credentials.note_use(search.tenant, NAME, used(&listed));
            let texts = listed.map_err(later)?;
            for found in &texts.found {
                self.import_text(search, number, found).await?;
            }
            let listed = self.twilio.called(&search.account, address, stretch).await;
            self.credentials.note_use(search.tenant, NAME, used(&listed));
            let calls = listed.map_err(later)?;
            for found in &calls.found {
                self.import_call(search, number, found).await?;
            }
            is_whole &= !texts.is_cut && !calls.is_cut;
        }
        Ok(is_whole)
    }

    async fn import_text(&self, search: &Search, number: &Channel, found: &Resource) -> Result<(), Outcome> {
        let (store, tenant) = (self.ports.store(), search.tenant);
        let known = conversations::called(store, tenant, ChannelType::Twilio, found.sid.clone()).await;
        if known.map_err(later)?.is_some() {
            return Ok(());
        }
        let media = match found.has_media() {
            true => self.twilio.media(&search.account, &found.sid).await.map_err(later)?,
            false => Vec::new(),
        };
        let taken = self.receipts.take(tenant, number, backfilled(found, &media)).await.map_err(later)?;
        if !matches!(taken.how, How::Again(_)) {
            metrics::counter!("messages_backfilled_total", "provider" => NAME).increment(1);
            tracing::info!(tenant.id = %tenant, "a text nobody told of was found");
        }
        Ok(())
    }

    async fn import_call(
        &self,
        search: &Search,
        number: &Channel,
        found: &CallResource,
    ) -> Result<(), Outcome> {
        let (store, tenant) = (self.ports.store(), search.tenant);
        if calls::called(store, tenant, NAME, &found.sid).await.map_err(later)?.is_some() {
            return Ok(());
        }
        let taken = self.receipts.take(tenant, number, backfilled_call(found)).await.map_err(later)?;
        if !matches!(taken.how, How::Again(_)) {
            metrics::counter!("calls_backfilled_total", "provider" => NAME).increment(1);
            tracing::info!(tenant.id = %tenant, "a call nobody told of was found");
        }
        Ok(())
    }

    async fn numbers(&self, tenant: TenantId) -> Result<Vec<Channel>, Outcome> {
        let (mut numbers, mut below) = (Vec::new(), None);
        loop {
            let page = channel::store::page(self.ports.store(), tenant, below, CHANNELS).await;
            let page = page.map_err(later)?;
            let Some(last) = page.last() else { return Ok(numbers) };
            below = Some(Place { at: last.created_at, id: last.id.as_uuid() });
            numbers.extend(page.into_iter().filter(|channel| channel.kind == ChannelType::Twilio));
        }
    }

    async fn note(&self, tenant: TenantId, until: Timestamp) -> Result<(), Outcome> {
        self.credentials.caught_up(tenant, NAME, until).await.map_err(later)
    }

    fn again(&self) -> Outcome {
        Outcome::Again(self.ports.now().plus(self.settings.backfill_every()))
    }
}

fn later(why: impl std::fmt::Display) -> Outcome {
    Outcome::retry(why.to_string())
}

#[async_trait]
impl JobKind for Backfill {
    fn name(&self) -> &'static str {
        BACKFILL
    }

    fn rules(&self) -> Rules {
        Rules { timeout: PATIENCE, at_once: 4, ..Rules::timer() }
    }

    /// It is never given up: a provider that is away for long is asked again at the usual time.
    async fn run(&self, job: &Due) -> Outcome {
        match self.catch_up(job.tenant).await {
            Err(Outcome::Retry { why, .. }) if job.last => {
                tracing::warn!(tenant.id = %job.tenant, %why, "nobody knows what the provider took meanwhile");
                self.again()
            }
            Ok(outcome) | Err(outcome) => outcome,
        }
    }
}
