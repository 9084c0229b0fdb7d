//! The job that looks at a call: who may take it is asked, what time brings is told, and when nothing was heard of it the
//! provider is asked before anything is concluded.

use std::time::Duration;

use actors::{
    call::{CallChange, CallWhat, Leg, News, Offering, Standing, Step, Which, duty, ringing},
    channel::{NumberSettings, store as channels},
    jobs::{Due, JobKind, Outcome, Rules},
};
use async_trait::async_trait;
use entities::call::CallState;

use super::{Calling, heard};
use crate::providers::Failure;
use crate::providers::twilio::TwilioAccount;

/// Nothing was heard for so long: the provider is asked.
const SILENCE: Duration = Duration::from_secs(25);
/// Between two looks at the least.
const SOON: Duration = Duration::from_secs(1);
/// What a look takes at most: a few requests.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Looks at calls.
pub struct LookAtCalls(Calling);

impl LookAtCalls {
    /// The kind.
    #[must_use]
    pub fn new(parts: Calling) -> Self {
        Self(parts)
    }

    async fn look(&self, job: &Due) -> Result<Outcome, Outcome> {
        let duty::LookAt { call_id } = job.parse()?;
        let now = self.0.ports.now();
        let Some(call) = self.0.standing(job, call_id).await? else { return Ok(Outcome::Done) };
        if call.is_over() {
            if call.ends_undated() {
                self.ask_about(job, &call, Leg::has_undated_end).await?;
            }
            return Ok(Outcome::Done);
        }
        heard(self.0.calls.change(job.tenant, call_id, CallChange::looking(CallWhat::Look)).await)?;
        if call.waits() {
            self.offer(job, &call).await?;
        }
        if now.since(call.heard_at) >= SILENCE {
            self.ask_about(job, &call, Leg::is_live).await?;
        }
        let Some(after) = self.0.standing(job, call_id).await? else { return Ok(Outcome::Done) };
        // Nothing new was heard: from now on it is silent anew.
        let next = after.silent_since(now).next_look();
        Ok(next.map_or(Outcome::Done, |at| Outcome::Again(at.max(now.plus(SOON)))))
    }

    /// Asks those who are here whether they take it.
    async fn offer(&self, job: &Due, call: &Standing) -> Result<(), Outcome> {
        let later = |error: actors::store::StoreError| Outcome::retry(error.to_string());
        let store = self.0.ports.store();
        let channel = channels::get(store, job.tenant, call.channel_id).await.map_err(later)?;
        let voice =
            channel.map(|channel| NumberSettings::stored(&channel.settings).voice).unwrap_or_default();
        let users = ringing::candidates(store, &self.0.tenants, job.tenant, call.board_id).await;
        let (at_once, lasting) = voice.offers();
        let offering = Offering { users: users.map_err(later)?, at_once, lasting };
        let offered = CallChange::looking(CallWhat::Offer(offering));
        heard(self.0.calls.change(job.tenant, call.id, offered).await)
    }

    /// What the provider says of these legs: those that may still be there, or of which nobody said when they ended.
    async fn ask_about(&self, job: &Due, call: &Standing, of: fn(&Leg) -> bool) -> Result<(), Outcome> {
        let Some(account) = self.0.account(job).await? else { return Ok(()) };
        let mut news = Vec::new();
        for leg in call.legs.iter().filter(|leg| of(leg)) {
            if let Some(sid) = &leg.external_id {
                news.extend(self.news(job, &account, (leg.id, sid)).await?);
            }
        }
        match news.is_empty() {
            true => Ok(()),
            false => {
                let told = CallChange::looking(CallWhat::Hear(news));
                heard(self.0.calls.change(job.tenant, call.id, told).await)
            }
        }
    }

    async fn news(
        &self,
        job: &Due,
        account: &TwilioAccount,
        (leg, sid): (entities::LegId, &str),
    ) -> Result<Option<News>, Outcome> {
        let found = self.0.twilio.call(account, sid).await;
        self.0.note(job, &found);
        match found {
            Ok(resource) => Ok(resource.news(leg)),
            // The provider does not know it any more: nobody is on it.
            Err(Failure::Refused(refused)) if refused.status == 404 => {
                let step = Some(Step::Ended { how: CallState::Failed, duration_s: None, error: None });
                Ok(Some(News {
                    leg: Which::Leg(leg),
                    external_id: None,
                    room_id: None,
                    at: None,
                    undated: true,
                    step,
                }))
            }
            Err(failure) => {
                tracing::warn!(tenant.id = %job.tenant, %failure, "a provider cannot be asked about a call");
                Ok(None)
            }
        }
    }
}

#[async_trait]
impl JobKind for LookAtCalls {
    fn name(&self) -> &'static str {
        duty::LOOK
    }

    /// Looking again changes nothing by itself.
    fn rules(&self) -> Rules {
        Rules { timeout: TIMEOUT, ..Rules::timer() }
    }

    async fn run(&self, job: &Due) -> Outcome {
        self.look(job).await.unwrap_or_else(|outcome| outcome)
    }
}
