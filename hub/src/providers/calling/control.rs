//! The job that has the provider do something to a leg: end it, mute it, hold it, or send its caller away.

use std::time::Duration;

use actors::{
    call::{CallChange, CallError, CallWhat, Control, Failed, Leg, News, Standing, Step, Which, duty},
    channel::{NumberSettings, store as channels},
    jobs::{Due, JobKind, Outcome, Rules},
};
use async_trait::async_trait;
use entities::{Timestamp, call::CallState};

use super::{Calling, heard, not_connected, why};
use crate::providers::Failure;
use crate::providers::outbox::{Verdict, verdict};
use crate::providers::twilio::TwilioAccount;
use crate::providers::twilio::voice::{Switch, twiml};

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
        let duty::Owed { call_id, leg_id, control } = job.parse()?;
        let Some(call) = self.0.standing(job, call_id).await? else { return Ok(Outcome::Done) };
        let Some(leg) = call.leg(leg_id).cloned() else { return Ok(Outcome::Done) };
        let Some(sid) = leg.external_id.clone().filter(|_| leg.is_live()) else { return Ok(Outcome::Done) };
        let Some(account) = self.0.account(job).await? else {
            return self.failed(job, (&call, &leg, control), not_connected()).await;
        };
        let begun = self.0.ports.now();
        let done = self.ask_for(job, &account, (&call, &leg, control), &sid).await?;
        match done {
            Ok(step) => self.done(job, (&call, &leg), step, begun).await,
            Err(failure) => self.not_done(job, (&call, &leg, control), &failure).await,
        }
    }

    /// What the provider says once it is done; nothing, where only a callback tells.
    async fn ask_for(
        &self,
        job: &Due,
        account: &TwilioAccount,
        (call, leg, control): (&Standing, &Leg, Option<Control>),
        sid: &str,
    ) -> Result<Result<Option<Step>, Failure>, Outcome> {
        let twilio = &self.0.twilio;
        let switch = match control {
            Some(Control::Mute) => Switch::Muted(true),
            Some(Control::Unmute) => Switch::Muted(false),
            Some(Control::Hold) => Switch::Hold(true),
            Some(Control::Resume) => Switch::Hold(false),
            Some(Control::HangUp | Control::Answer) => {
                let ended = twilio.end_call(account, sid).await;
                self.0.note(job, &ended);
                return Ok(ended.map(|_| None));
            }
            None => {
                let redirected = twilio.redirect_call(account, sid, self.farewell(job, call).await?).await;
                self.0.note(job, &redirected);
                return Ok(redirected.map(|_| None));
            }
        };
        let room = call.room_id.as_deref().unwrap_or(&call.room);
        let switched = twilio.switch(account, (room, sid), switch).await;
        self.0.note(job, &switched);
        let step = |participant: crate::providers::twilio::voice::Participant| match switch {
            Switch::Muted(_) => Step::Muted(participant.muted, None),
            Switch::Hold(_) => Step::Held(participant.hold, None),
        };
        let _ = leg;
        Ok(switched.map(|participant| Some(step(participant))))
    }

    /// What a caller hears whom nobody could take.
    async fn farewell(&self, job: &Due, call: &Standing) -> Result<String, Outcome> {
        let found = channels::get(self.0.ports.store(), job.tenant, call.channel_id).await;
        let channel = found.map_err(|error| Outcome::retry(error.to_string()))?;
        let voice =
            channel.map(|channel| NumberSettings::stored(&channel.settings).voice).unwrap_or_default();
        Ok(twiml::say_and_hang_up(voice.unavailable()))
    }

    async fn done(
        &self,
        job: &Due,
        (call, leg): (&Standing, &Leg),
        step: Option<Step>,
        at: Timestamp,
    ) -> Result<Outcome, Outcome> {
        if step.is_some() {
            let news = News { leg: Which::Leg(leg.id), external_id: None, room_id: None, at: Some(at), step };
            heard(self.0.calls.hear(job.tenant, call.id, vec![news]).await)?;
        }
        Ok(Outcome::Done)
    }

    async fn not_done(
        &self,
        job: &Due,
        place: (&Standing, &Leg, Option<Control>),
        failure: &Failure,
    ) -> Result<Outcome, Outcome> {
        let is_gone = matches!(failure, Failure::Refused(refused) if refused.code.is_some_and(|code| GONE.contains(&code)));
        if is_gone && matches!(place.2, Some(Control::HangUp) | None) {
            return self.look(job, place).await;
        }
        match verdict(failure) {
            Verdict::Later { after, .. } if !job.last => {
                Ok(Outcome::Retry { why: failure.to_string(), after })
            }
            // Doing it twice is doing it once.
            Verdict::Unsure(why) if !job.last => Ok(Outcome::retry(why)),
            _ => self.failed(job, place, why(failure)).await,
        }
    }

    /// It is over there: what it says of its end is what we go by.
    async fn look(
        &self,
        job: &Due,
        (call, leg, _): (&Standing, &Leg, Option<Control>),
    ) -> Result<Outcome, Outcome> {
        let (Some(account), Some(sid)) = (self.0.account(job).await?, &leg.external_id) else {
            return Ok(Outcome::Done);
        };
        let found = self.0.twilio.call(&account, sid).await;
        let unknown = Step::Ended { how: CallState::Failed, duration_s: None, error: None };
        let unknown =
            News { leg: Which::Leg(leg.id), external_id: None, room_id: None, at: None, step: Some(unknown) };
        let news = match found {
            Ok(resource) => resource.news(leg.id),
            Err(Failure::Refused(refused)) if refused.status == 404 => Some(unknown),
            Err(failure) => return Err(Outcome::retry(failure.to_string())),
        };
        heard(self.0.calls.hear(job.tenant, call.id, news.into_iter().collect()).await)?;
        Ok(Outcome::Done)
    }

    /// Who asked for it is told.
    async fn failed(
        &self,
        job: &Due,
        (call, leg, control): (&Standing, &Leg, Option<Control>),
        error: CallError,
    ) -> Result<Outcome, Outcome> {
        let refused = Outcome::Refused(error.message.clone());
        if let Some(control) = control {
            let failed = CallWhat::Failed(Failed { control, leg_id: leg.id, error });
            heard(self.0.calls.change(job.tenant, call.id, CallChange::system(failed)).await)?;
        }
        Ok(refused)
    }
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
