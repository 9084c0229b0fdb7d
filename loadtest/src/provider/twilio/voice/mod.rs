//! Twilio's voice, as a hub meets it: calls, conferences and recordings, and TwiML that is followed.
//!
//! `lines` and what belongs to it decide without asking anybody, under one lock; a task per call follows its documents
//! and waits. Nothing is heard here: a second of TwiML lasts one `--step`, whatever is said in it.

mod announcing;
mod call;
mod conference;
mod conferences;
mod control;
mod dialling;
mod draft;
mod follow;
mod hearing;
mod ledger;
mod line;
mod lines;
mod message;
mod parameters;
mod person;
mod post;
mod problem;
mod recording;
mod recordings;
mod rest;
mod sound;
mod twiml;

pub use ledger::{Called, Recorded};
pub use message::SECRETS;
pub use person::{Act, Answers, Person};
pub use sound::Sound;

pub(super) use control::{Arriving, Doing, Somebody};
pub(super) use rest::ROOMS;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use parking_lot::Mutex;
use tokio::time::sleep;

use self::lines::Lines;
use self::parameters::Fields;
use self::person::People;
use self::post::{Letter, Subscription};
use super::exchange::Exchange;
use super::rest::Weather;
use super::settings::Twilio;
use super::target::Target;
use super::work::{Task, Work};
use crate::measure::now_micros;

/// Where the account's numbers tell of their calls.
#[derive(Debug, Clone, Default)]
pub(super) struct Hooks {
    /// Asked what to do with a call from a handset.
    pub(super) calls: Option<Target>,
    /// Told of its end.
    pub(super) ends: Option<Target>,
    /// Asked when the first one fails.
    pub(super) fallback: Option<Target>,
}

/// The telephone side of an account.
#[derive(Debug)]
pub(super) struct Voice {
    exchange: Arc<Exchange>,
    work: Work,
    lines: Mutex<Lines>,
    people: Mutex<People>,
    pub(super) hooks: Mutex<Hooks>,
    weather: Weather,
}

impl Voice {
    /// `base` is where recordings are fetched.
    pub(super) fn new(
        exchange: Arc<Exchange>,
        work: Work,
        weather: Weather,
        settings: &Twilio,
        base: &str,
    ) -> Self {
        let target = |url: &Option<String>| url.as_deref().map(Target::post);
        Self {
            exchange,
            work,
            lines: Mutex::new(Lines::new(settings.account.clone(), base.to_owned(), settings.keep, weather)),
            people: Mutex::new(People::new(settings.person.clone())),
            hooks: Mutex::new(Hooks {
                calls: target(&settings.voice_webhook),
                ends: target(&settings.voice_status_webhook),
                fallback: target(&settings.voice_fallback),
            }),
            weather,
        }
    }

    /// How many calls have come how far.
    pub(super) fn outcomes(&self) -> BTreeMap<&'static str, u64> {
        self.lines.lock().outcomes()
    }

    /// Changes something at once, and lets leave what is to be told of it.
    fn change<T>(self: &Arc<Self>, change: impl FnOnce(&mut Lines, i64) -> T) -> T {
        let (outcome, collected) = {
            let mut lines = self.lines.lock();
            let outcome = change(&mut lines, now_micros());
            (outcome, lines.post.collect())
        };
        for (kind, befallen) in collected.befallen {
            befallen.count(kind, &self.exchange.tally);
        }
        for (after, letter) in collected.leaving {
            self.work.begin(self.clone().deliver(after, letter));
        }
        outcome
    }

    fn deliver(self: Arc<Self>, after: Duration, letter: Letter) -> Task {
        async move {
            sleep(after).await;
            // Whatever becomes of it is in the tally.
            let delivery = self.exchange.deliver(letter.kind, &letter.target, &named(letter.form)).await;
            if let Some((call, event)) = letter.about
                && let Ok(delivery) = delivery
                && delivery.is_taken()
                && let Some(call) = self.lines.lock().call_mut(&call)
                && !call.told.contains(&event)
            {
                call.told.push(event);
                call.posted.insert(event, delivery.posted_at_us);
            }
        }
        .boxed()
    }

    /// Seconds as documents count them.
    fn seconds(&self, many: u64) -> Duration {
        self.weather.step.saturating_mul(u32::try_from(many).unwrap_or(u32::MAX))
    }

    fn numbers(&self) -> Vec<String> {
        self.exchange.account.lock().senders.numbers.clone()
    }
}

/// Fields as forms are made of them.
fn named(fields: Fields) -> Vec<(String, String)> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Hooks {
    /// Numbers tell of the end alone.
    fn at_the_end(&self) -> Option<Subscription> {
        let target = self.ends.clone()?;
        Some(Subscription { target, events: vec!["completed".to_owned()] })
    }
}

#[cfg(test)]
mod tests;
