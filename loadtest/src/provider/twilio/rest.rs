//! The REST calls a hub makes, under `/2010-04-01/Accounts`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::FutureExt;
use hyper::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::answer::Answer;
use super::clock::rfc_2822;
use super::draft::Draft;
use super::exchange::{Exchange, Journey};
use super::faults::{Dice, Faults, Subject};
use super::form::Form;
use super::journey::{Course, Delays, timetable};
use super::listing::Listing;
use super::message::{Message, Way};
use super::paging::Paging;
use super::refusal::Refusal;
use super::request::{Asked, Caller, Credentials};
use super::target::Target;
use super::voice::{ROOMS, Voice};
use super::work::Work;
use crate::measure::now_micros;

/// Where requests are carried out, or made to fail.
#[derive(Debug)]
pub(super) struct Rest {
    pub(super) exchange: Arc<Exchange>,
    pub(super) credentials: Credentials,
    pub(super) work: Work,
    pub(super) voice: Arc<Voice>,
    pub(super) weather: Weather,
    /// Requests carried out at a time; Twilio refuses more.
    pub(super) at_once: Semaphore,
    pub(super) requests: AtomicU64,
    /// Since when the account exists, in microseconds since 1970.
    pub(super) began: i64,
}

/// How things go here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weather {
    pub(super) seed: u64,
    pub(super) faults: Faults,
    /// Between one status of a message and the next.
    pub(super) step: Duration,
    pub(super) delays: Delays,
}

impl Rest {
    pub(super) async fn answer(&self, asked: &Asked) -> Answer {
        match self.carry_out(asked).await {
            Ok(answer) => answer,
            Err(refusal) => {
                self.exchange.tally.count(format!("requests refused with {}", refusal.code));
                refusal.into()
            }
        }
    }

    async fn carry_out(&self, asked: &Asked) -> Result<Answer, Refusal> {
        let Ok(_place) = self.at_once.try_acquire() else { return Err(Refusal::TOO_MANY_REQUESTS) };
        let caller = self.credentials.caller(asked)?;
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut dice = Dice::of(self.weather.seed, Subject::Request(number));
        if dice.hits(self.weather.faults.status_429) {
            return Err(Refusal::TOO_MANY_REQUESTS);
        }
        if dice.hits(self.weather.faults.status_5xx) {
            return Err(Refusal::UNAVAILABLE);
        }
        self.route(asked, caller)
    }

    fn route(&self, asked: &Asked, caller: Caller) -> Result<Answer, Refusal> {
        let segments: Vec<&str> = asked.path.split('/').skip(1).collect();
        let ["2010-04-01", "Accounts", account, rest @ ..] = segments.as_slice() else {
            return Err(Refusal::not_found(&asked.path));
        };
        let own = &self.credentials.account;
        if account.strip_suffix(".json").unwrap_or(account) != own {
            return Err(Refusal::AUTHENTICATE);
        }
        let is_get = asked.method == Method::GET;
        let is_post = asked.method == Method::POST;
        match rest {
            [] if is_get => self.account(caller),
            ["Messages.json"] if is_post => self.create(&Form::parse(&asked.body)),
            ["Messages.json"] if is_get => self.list(asked),
            ["Messages", sid] if is_get => self.message(asked, sid, Message::resource),
            ["Messages", sid] if is_post => self.update(asked, sid),
            ["Messages", sid, "Media.json"] if is_get => self.message(asked, sid, |message, _| {
                let list = message.media.iter().map(|media| message.media_resource(media));
                json!({ "media_list": list.collect::<Vec<Value>>(), "uri": asked.path })
            }),
            ["Messages", message, "Media", media] if is_get => self.media(asked, message, media),
            ["IncomingPhoneNumbers.json"] if is_get => Ok(self.numbers(asked)),
            [] | ["Messages.json" | "IncomingPhoneNumbers.json"] | ["Messages", ..] => {
                Err(Refusal::METHOD_NOT_ALLOWED)
            }
            [room, ..] if ROOMS.contains(&room.strip_suffix(".json").unwrap_or(room)) => {
                self.voice.answer(asked, rest)
            }
            _ => Err(Refusal::not_found(&asked.path)),
        }
    }

    /// Standard keys may not see it: <https://www.twilio.com/docs/iam/api-keys>
    fn account(&self, caller: Caller) -> Result<Answer, Refusal> {
        if caller == Caller::StandardKey {
            return Err(Refusal::AUTHENTICATE);
        }
        let sid = &self.credentials.account;
        Ok(Answer::Json(
            200,
            json!({
                "sid": sid,
                "friendly_name": "A simulated account",
                "status": "active",
                "type": "Full",
                "owner_account_sid": sid,
                "date_created": rfc_2822(self.began),
                "date_updated": rfc_2822(self.began),
                "uri": format!("/2010-04-01/Accounts/{sid}.json"),
            }),
        ))
    }

    fn create(&self, form: &Form) -> Result<Answer, Refusal> {
        let now = now_micros();
        let Weather { seed, faults, step, .. } = self.weather;
        let (message, mut dice) = {
            let mut account = self.exchange.account.lock();
            let draft = Draft::read(form, &account.senders, now)?;
            let mut dice = Dice::of(seed, Subject::Message(account.next_number()));
            let course = Course::throw(step, &faults, &mut dice);
            let cut = dice.hits(faults.cut);
            (account.accept(draft, course, cut, now)?.clone(), dice)
        };
        self.exchange.tally.count("messages accepted");
        let Way::Out(outbound) = &message.way else { return Err(Refusal::NO_TO) };
        if let Some(callback) = outbound.callback.clone() {
            let (leaves, befallen) =
                timetable(&outbound.course.stations(), &faults, self.weather.delays, &mut dice);
            befallen.count("status callbacks", &self.exchange.tally);
            let wait = u64::try_from(message.leaves() - now).unwrap_or_default();
            let begins = Instant::now() + Duration::from_micros(wait);
            let lasts = outbound.course.lasts();
            let callback = Target::post(&callback);
            let journey = Journey { message: message.clone(), callback, begins, timetable: leaves, lasts };
            self.work.begin(self.exchange.clone().travel(journey).boxed());
        }
        if outbound.cut {
            self.exchange.tally.count("answers cut after acceptance");
            return Ok(Answer::Cut);
        }
        Ok(Answer::Json(201, message.resource(now)))
    }

    fn list(&self, asked: &Asked) -> Result<Answer, Refusal> {
        let (listing, paging) = (Listing::read(&asked.query), Paging::read(&asked.query)?);
        let account = self.exchange.account.lock();
        let (page, now) = (account.list(&listing, &paging)?, now_micros());
        let show = |message: &Message| message.resource(now);
        Ok(Answer::Json(200, paging.show(("messages", &asked.path), &asked.query, &page, show)))
    }

    fn message(
        &self,
        asked: &Asked,
        sid: &str,
        show: impl FnOnce(&Message, i64) -> Value,
    ) -> Result<Answer, Refusal> {
        let account = self.exchange.account.lock();
        let found = account.find(sid.strip_suffix(".json").unwrap_or(sid));
        let message = found.ok_or_else(|| Refusal::not_found(&asked.path))?;
        Ok(Answer::Json(200, show(message, now_micros())))
    }

    /// The one update there is here: calling back what is scheduled.
    fn update(&self, asked: &Asked, sid: &str) -> Result<Answer, Refusal> {
        if Form::parse(&asked.body).get("Status") != Some("canceled") {
            return Err(Refusal::INVALID_STATUS);
        }
        let now = now_micros();
        let mut account = self.exchange.account.lock();
        let canceled = account.cancel(sid.strip_suffix(".json").unwrap_or(sid), now);
        let message = canceled.ok_or_else(|| Refusal::not_found(&asked.path))??;
        Ok(Answer::Json(200, message.resource(now)))
    }

    /// The resource, or the way to the bytes: as Twilio, a redirect to where nobody asks who comes.
    fn media(&self, asked: &Asked, message: &str, sid: &str) -> Result<Answer, Refusal> {
        let account = self.exchange.account.lock();
        let message = account.find(message).ok_or_else(|| Refusal::not_found(&asked.path))?;
        let bare = sid.strip_suffix(".json").unwrap_or(sid);
        let media = message.media.iter().find(|media| media.sid == bare);
        let media = media.ok_or_else(|| Refusal::not_found(&asked.path))?;
        if bare == sid {
            return Ok(Answer::Redirect(format!("/_simulator/media/{}/{sid}", message.sid)));
        }
        Ok(Answer::Json(200, message.media_resource(media)))
    }

    fn numbers(&self, asked: &Asked) -> Answer {
        let numbers = self.exchange.account.lock().senders.numbers.clone();
        let wanted = asked.query.get("PhoneNumber");
        let of = |(index, number): (usize, &String)| {
            let sid = format!("PN{index:032x}");
            json!({
                "sid": sid,
                "account_sid": self.credentials.account,
                "phone_number": number,
                "friendly_name": number,
                "capabilities": { "voice": true, "sms": true, "mms": true, "fax": false },
                "uri": format!("/2010-04-01/Accounts/{}/IncomingPhoneNumbers/{sid}.json", self.credentials.account),
            })
        };
        let listed = numbers.iter().enumerate().filter(|(_, number)| wanted.is_none_or(|it| it == *number));
        let listed: Vec<Value> = listed.map(of).collect();
        let end = listed.len().saturating_sub(1);
        Answer::Json(
            200,
            json!({
                "incoming_phone_numbers": listed,
                "page": 0,
                "page_size": 50,
                "start": 0,
                "end": end,
                "uri": asked.path,
                "first_page_uri": asked.path,
                "next_page_uri": null,
                "previous_page_uri": null,
            }),
        )
    }
}
