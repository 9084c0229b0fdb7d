//! The job that has the provider do something to a leg: end it, mute it, hold it, record it, say something to it, or send its
//! caller away.

use std::time::Duration;

use actors::{
    call::{
        CallChange, CallError, CallWhat, Failed, Leg, News, Standing, Step, Which,
        duty::{self, Task},
    },
    channel::{NumberSettings, store as channels},
    jobs::{Due, JobKind, Outcome, Rules},
};
use async_trait::async_trait;
use entities::call::CallState;

use super::speak::{Spoken, spoken};
use super::{Calling, heard, not_connected, why};
use crate::providers::Failure;
use crate::providers::outbox::{Verdict, verdict};
use crate::providers::twilio::TwilioAccount;
use crate::providers::twilio::voice::Switch;

/// What an attempt takes longer than its request: the time to read and to write.
const MARGIN: Duration = Duration::from_secs(10);
/// How often it is tried before a person is told that it did not come about.
const ATTEMPTS: i64 = 4;

/// Twilio's codes of what is not in progress any more, and of what it does not know.
const GONE: [i64; 2] = [21_220, 20_404];

/// Carries out controls.
pub struct ControlCalls(Calling);

impl ControlCalls {
    /// The kind.
    #[must_use]
    pub fn new(parts: Calling) -> Self {
        Self(parts)
    }

    async fn carry_out(&self, job: &Due) -> Result<Outcome, Outcome> {
        let duty::Owed { call_id, leg_id, what } = job.parse()?;
        let Some(call) = self.0.standing(job, call_id).await? else { return Ok(Outcome::Done) };
        let Some(leg) = call.leg(leg_id).filter(|leg| leg.is_live()) else { return Ok(Outcome::Done) };
        let Some(sid) = leg.external_id.as_ref().filter(|_| call.wants(what)) else {
            return Ok(Outcome::Done);
        };
        let doing = Doing { call: &call, leg, sid, what };
        let Some(account) = self.0.account(job).await? else {
            return self.failed(job, &doing, not_connected()).await;
        };
        match spoken(&self.0, job, (&account, &doing)).await? {
            Some(Spoken::Heard(steps)) => return self.done(job, &doing, steps).await,
            Some(Spoken::Failed(failure)) => return self.not_done(job, &doing, &failure).await,
            Some(Spoken::Cannot(error)) => return self.failed(job, &doing, error).await,
            None => {}
        }
        match self.ask_for(job, &account, &doing).await? {
            Ok(step) => self.done(job, &doing, step).await,
            Err(failure) => self.not_done(job, &doing, &failure).await,
        }
    }

    /// What the provider says once it is done; nothing, where only a callback tells.
    async fn ask_for(
        &self,
        job: &Due,
        account: &TwilioAccount,
        doing: &Doing<'_>,
    ) -> Result<Result<Option<Step>, Failure>, Outcome> {
        let twilio = &self.0.twilio;
        let switch = match doing.what {
            Task::Mute(on) => Switch::Muted(on),
            Task::Hold(on) => Switch::Hold(on),
            Task::Anchor(on) => Switch::EndsRoom(on),
            Task::Dial => return Err(Outcome::Refused("to call somebody is another job".to_owned())),
            Task::Announce(_) | Task::Record(_) => {
                return Err(Outcome::Refused("that is asked for in another way".to_owned()));
            }
            Task::HangUp => {
                let ended = twilio.end_call(account, doing.sid).await;
                self.0.note(job, &ended);
                return Ok(ended.map(|_| None));
            }
            Task::TurnAway => {
                let said = self.farewell(job, doing.call).await?;
                let redirected = twilio.redirect_call(account, doing.sid, said).await;
                self.0.note(job, &redirected);
                return Ok(redirected.map(|_| None));
            }
        };
        let room = doing.call.room_id.as_deref().unwrap_or(&doing.call.room);
        let switched = twilio.switch(account, (room, doing.sid), switch).await;
        self.0.note(job, &switched);
        Ok(switched.map(|there| match switch {
            Switch::Muted(_) => Some(Step::Muted(there.muted, None)),
            Switch::Hold(_) => Some(Step::Held(there.hold, None)),
            Switch::EndsRoom(_) => None,
        }))
    }

    /// What a caller hears whom nobody could take.
    async fn farewell(&self, job: &Due, call: &Standing) -> Result<String, Outcome> {
        let found = channels::get(self.0.ports.store(), job.tenant, call.channel_id).await;
        let channel = found.map_err(|error| Outcome::retry(error.to_string()))?;
        let key = channel.as_ref().and_then(|channel| channel.key.clone());
        let voice =
            channel.map(|channel| NumberSettings::stored(&channel.settings).voice).unwrap_or_default();
        Ok(self.0.farewell(voice.unavailable(), &voice, key.as_deref()))
    }

    async fn done(
        &self,
        job: &Due,
        doing: &Doing<'_>,
        steps: impl IntoIterator<Item = Step>,
    ) -> Result<Outcome, Outcome> {
        for step in steps {
            self.hear(job, doing, News { step: Some(step), ..doing.nothing() }).await?;
        }
        Ok(Outcome::Done)
    }

    async fn not_done(&self, job: &Due, doing: &Doing<'_>, failure: &Failure) -> Result<Outcome, Outcome> {
        if is_gone(failure) && matches!(doing.what, Task::HangUp | Task::TurnAway) {
            return self.look(job, doing).await;
        }
        match verdict(failure) {
            Verdict::Later { after, .. } if !job.last => {
                Ok(Outcome::Retry { why: failure.to_string(), after })
            }
            // Doing it twice is doing it once.
            Verdict::Unsure(why) if !job.last => Ok(Outcome::retry(why)),
            _ => self.failed(job, doing, why(failure)).await,
        }
    }

    /// It is over there: what it says of its end is what we go by.
    async fn look(&self, job: &Due, doing: &Doing<'_>) -> Result<Outcome, Outcome> {
        let Some(account) = self.0.account(job).await? else { return Ok(Outcome::Done) };
        let news = match self.0.twilio.call(&account, doing.sid).await {
            Ok(resource) => resource.news(doing.leg.id),
            Err(Failure::Refused(refused)) if refused.status == 404 => {
                let step = Step::Ended { how: CallState::Failed, duration_s: None, error: None };
                Some(News { step: Some(step), ..doing.nothing() })
            }
            Err(failure) => return Err(Outcome::retry(failure.to_string())),
        };
        if let Some(news) = news {
            self.hear(job, doing, news).await?;
        }
        Ok(Outcome::Done)
    }

    async fn hear(&self, job: &Due, doing: &Doing<'_>, news: News) -> Result<(), Outcome> {
        heard(self.0.calls.hear(job.tenant, doing.call.id, vec![news]).await)
    }

    /// Who asked for it is told.
    async fn failed(&self, job: &Due, doing: &Doing<'_>, error: CallError) -> Result<Outcome, Outcome> {
        let refused = Outcome::Refused(error.message.clone());
        if let Some(control) = doing.what.control() {
            let failed = CallWhat::Failed(Failed { control, leg_id: doing.leg.id, error });
            heard(self.0.calls.change(job.tenant, doing.call.id, CallChange::system(failed)).await)?;
        }
        Ok(refused)
    }
}

/// What is to be done to which leg.
pub(super) struct Doing<'a> {
    pub(super) call: &'a Standing,
    pub(super) leg: &'a Leg,
    /// What the provider calls it.
    pub(super) sid: &'a str,
    pub(super) what: Task,
}

impl Doing<'_> {
    /// The leg, and nothing that was heard of it.
    fn nothing(&self) -> News {
        News {
            leg: Which::Leg(self.leg.id),
            external_id: None,
            room_id: None,
            at: None,
            undated: true,
            step: None,
        }
    }
}

/// There is nothing there any more that it could be done to.
pub(super) fn is_gone(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(refused) if refused.code.is_some_and(|code| GONE.contains(&code)))
}

#[async_trait]
impl JobKind for ControlCalls {
    fn name(&self) -> &'static str {
        duty::CONTROL
    }

    fn rules(&self) -> Rules {
        let timeout = self.0.settings.timeout() + MARGIN;
        let (first_wait, longest_wait) = (Duration::from_millis(500), Duration::from_secs(4));
        Rules { attempts: ATTEMPTS, timeout, first_wait, longest_wait, ..Rules::timer() }
    }

    async fn run(&self, job: &Due) -> Outcome {
        self.carry_out(job).await.unwrap_or_else(|outcome| outcome)
    }
}
