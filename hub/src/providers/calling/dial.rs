//! The job that calls a party: once, or with the call told that it did not come about.

use std::time::Duration;

use actors::{
    call::{CallError, Leg, News, Standing, Step, Which, duty},
    jobs::{Due, JobKind, Outcome, Rules},
};
use async_trait::async_trait;
use entities::{AddressKind, call::CallState};

use super::{Calling, heard, not_connected, not_reachable, unknown_outcome, why};
use crate::providers::Failure;
use crate::providers::outbox::{Verdict, verdict};
use crate::providers::twilio::voice::{Dialled, Dialling, Ringing};
use crate::providers::twilio::{TwilioAccount, webhook};

/// Before a request nobody answered is asked about; doubled with each further question.
const FIRST_QUESTION: Duration = Duration::from_secs(2);
/// How far the provider's clock may be behind ours.
const CLOCKS: Duration = Duration::from_secs(5);
/// What an attempt takes longer than its request: the time to read and to write.
const MARGIN: Duration = Duration::from_secs(10);
/// A person who waits for a call does not wait longer.
const ATTEMPTS: i64 = 4;

/// Calls parties into the room of their call.
pub struct DialLegs(Calling);

impl DialLegs {
    /// The kind.
    #[must_use]
    pub fn new(parts: Calling) -> Self {
        Self(parts)
    }

    async fn dial(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Some((call, leg)) = self.wanted(job).await? else { return Ok(Outcome::Done) };
        if call.is_over() || leg.unwanted {
            return self.ended(job, (&call, &leg), CallState::Canceled, None).await;
        }
        let (Some(account), Some(key)) = (self.0.account(job).await?, self.0.key(job, &call).await?) else {
            return self.ended(job, (&call, &leg), CallState::Failed, Some(not_connected())).await;
        };
        if leg.confirms {
            return self.ring(job, (&call, &leg), (&account, &key)).await;
        }
        let dialling = Dialling {
            from: call.number.value().to_owned(),
            to: written(&leg),
            room: call.room_id.clone().unwrap_or_else(|| call.room.clone()),
            rings_for: call.rings_for(leg.id),
            label: leg.id.to_string(),
            told_at: self.0.told_at(&key, &call, leg.id),
        };
        let answer = self.0.twilio.dial(&account, &dialling).await;
        self.0.note(job, &answer);
        match answer {
            Ok(dialled) => self.dialled(job, (&call, &leg), dialled).await,
            Err(failure) => self.not_dialled(job, (&call, &leg), &failure).await,
        }
    }

    /// Rings somebody of us who is in the room once he says that he takes it. Where Twilio cannot ask us for what he hears, he is not called.
    async fn ring(
        &self,
        job: &Due,
        (call, leg): (&Standing, &Leg),
        (account, key): (&TwilioAccount, &str),
    ) -> Result<Outcome, Outcome> {
        let Some(origin) = self.0.reachable() else {
            return self.ended(job, (call, leg), CallState::Failed, Some(not_reachable())).await;
        };
        let ringing = Ringing {
            from: call.number.value().to_owned(),
            to: written(leg),
            rings_for: call.rings_for(leg.id),
            asks_at: webhook::screen(&origin, key, (call.id, leg.id)),
            told_at: webhook::leg_callback(&origin, key, (call.id, leg.id)),
        };
        let answer = self.0.twilio.ring(account, &ringing).await;
        self.0.note(job, &answer);
        match answer {
            Ok(dialled) => self.dialled(job, (call, leg), dialled).await,
            Err(failure) => self.not_dialled(job, (call, leg), &failure).await,
        }
    }

    /// The call and the leg, unless the provider has heard of it already.
    async fn wanted(&self, job: &Due) -> Result<Option<(Standing, Leg)>, Outcome> {
        let duty::Owed { call_id, leg_id, .. } = job.parse()?;
        let call = self.0.standing(job, call_id).await?;
        let leg = call.as_ref().and_then(|call| call.leg(leg_id)).cloned();
        Ok(call.zip(leg).filter(|(_, leg)| leg.is_live() && !leg.is_placed()))
    }

    async fn dialled(
        &self,
        job: &Due,
        (call, leg): (&Standing, &Leg),
        dialled: Dialled,
    ) -> Result<Outcome, Outcome> {
        let news = News {
            leg: Which::Leg(leg.id),
            external_id: Some(dialled.call_sid),
            room_id: dialled.conference_sid,
            at: None,
            undated: true,
            step: None,
        };
        let told = heard(self.0.calls.hear(job.tenant, call.id, vec![news]).await);
        let lost = |_| Outcome::Unsure {
            why: "it was called, and that cannot be noted".to_owned(),
            after: FIRST_QUESTION,
        };
        told.map(|()| Outcome::Done).map_err(lost)
    }

    async fn not_dialled(
        &self,
        job: &Due,
        place: (&Standing, &Leg),
        failure: &Failure,
    ) -> Result<Outcome, Outcome> {
        match verdict(failure) {
            Verdict::Unsure(why) if !job.last => Ok(Outcome::Unsure { why, after: FIRST_QUESTION }),
            Verdict::Later { after, .. } if !job.last => {
                Ok(Outcome::Retry { why: failure.to_string(), after })
            }
            _ => self.ended(job, place, CallState::Failed, Some(why(failure))).await,
        }
    }

    /// The leg did not come about.
    async fn ended(
        &self,
        job: &Due,
        (call, leg): (&Standing, &Leg),
        how: CallState,
        error: Option<CallError>,
    ) -> Result<Outcome, Outcome> {
        let outcome = error.as_ref().map_or(Outcome::Done, |error| Outcome::Refused(error.message.clone()));
        let step = Some(Step::Ended { how, duration_s: None, error });
        let news =
            News { leg: Which::Leg(leg.id), external_id: None, room_id: None, at: None, undated: true, step };
        heard(self.0.calls.hear(job.tenant, call.id, vec![news]).await)?;
        Ok(outcome)
    }

    /// Looks whether a request that nobody answered was carried out: who is in the room bears our name of the leg, and who is only rung
    /// is the one who was called from there to there since then.
    async fn look_for_it(&self, job: &Due) -> Result<Outcome, Outcome> {
        let Some((call, leg)) = self.wanted(job).await? else { return Ok(Outcome::Done) };
        let Some(account) = self.0.account(job).await? else {
            return self.ended(job, (&call, &leg), CallState::Failed, Some(not_connected())).await;
        };
        let found = match leg.confirms {
            true => self.rung(&account, (&call, &leg)).await,
            false => self.in_the_room(&account, (&call, &leg)).await,
        };
        self.0.note(job, &found);
        match found {
            Ok(Some(dialled)) => self.dialled(job, (&call, &leg), dialled).await,
            Ok(None) if job.last => {
                self.ended(job, (&call, &leg), CallState::Failed, Some(unknown_outcome())).await
            }
            Ok(None) => {
                let why = "nobody knows whether somebody was called".to_owned();
                Ok(Outcome::Unsure { why, after: FIRST_QUESTION })
            }
            // Nobody is called twice: what does not show is given up, and the call says why.
            Err(failure) if job.last => {
                self.ended(job, (&call, &leg), CallState::Failed, Some(why(&failure))).await
            }
            Err(failure) => Ok(Outcome::Unsure { why: failure.to_string(), after: FIRST_QUESTION }),
        }
    }

    async fn in_the_room(
        &self,
        account: &TwilioAccount,
        (call, leg): (&Standing, &Leg),
    ) -> Result<Option<Dialled>, Failure> {
        let room = call.room_id.as_deref().unwrap_or(&call.room);
        let there = self.0.twilio.participant(account, (room, &leg.id.to_string())).await?;
        Ok(Some(Dialled { call_sid: there.call_sid, conference_sid: there.conference_sid }))
    }

    /// The one call it can be; of several nobody knows which.
    async fn rung(
        &self,
        account: &TwilioAccount,
        (call, leg): (&Standing, &Leg),
    ) -> Result<Option<Dialled>, Failure> {
        let (to, since) = (written(leg), leg.placed_at.minus(CLOCKS));
        let found = self.0.twilio.placed(account, (call.number.value(), &to), since).await?;
        let is_known = |sid: &String| call.legs.iter().any(|known| known.external_id.as_ref() == Some(sid));
        let mut new = found.into_iter().map(|found| found.sid).filter(|sid| !is_known(sid));
        let one = new.next().filter(|_| new.next().is_none());
        Ok(one.map(|call_sid| Dialled { call_sid, conference_sid: None }))
    }
}

/// The address as Twilio reads it.
fn written(leg: &Leg) -> String {
    match leg.address.kind() {
        AddressKind::Client => format!("client:{}", leg.address.value()),
        _ => leg.address.value().to_owned(),
    }
}

#[async_trait]
impl JobKind for DialLegs {
    fn name(&self) -> &'static str {
        duty::DIAL
    }

    fn rules(&self) -> Rules {
        let timeout = self.0.settings.timeout() + MARGIN;
        Rules { attempts: ATTEMPTS, timeout, longest_wait: Duration::from_secs(5), ..Rules::send() }
    }

    async fn run(&self, job: &Due) -> Outcome {
        self.dial(job).await.unwrap_or_else(|outcome| outcome)
    }

    async fn ask(&self, job: &Due) -> Outcome {
        match self.look_for_it(job).await {
            Err(Outcome::Retry { why, .. }) => Outcome::Unsure { why, after: FIRST_QUESTION },
            Ok(outcome) | Err(outcome) => outcome,
        }
    }
}
