//! What only a simulator has, under `/_simulator`: texts and calls that arrive on command, people who do as they are told,
//! and the lists to audit against.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64;
use hyper::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use super::account::Arrival;
use super::answer::Answer;
use super::exchange::Exchange;
use super::faults::{Dice, Subject};
use super::journey::timetable;
use super::ledger::Accepted;
use super::parameters;
use super::refusal::Refusal;
use super::request::Asked;
use super::rest::Weather;
use super::target::Target;
use super::voice::{Doing, Voice};
use super::webhook::Delivery;
use crate::measure::now_micros;

#[derive(Debug)]
pub(super) struct Control {
    pub(super) exchange: Arc<Exchange>,
    pub(super) voice: Arc<Voice>,
    pub(super) weather: Weather,
    /// `http://host:port` of this simulator.
    pub(super) base: String,
}

/// A text to arrive. A number nobody has yet is fine.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    from: String,
    /// Our first number, when nothing is said.
    to: Option<String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    media: Vec<WantedMedia>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedMedia {
    content_type: String,
    base64: String,
}

impl Control {
    pub(super) async fn answer(&self, asked: &Asked) -> Answer {
        let segments: Vec<&str> = asked.path.split('/').skip(2).collect();
        let missing = || Refusal::not_found(&asked.path).into();
        match (&asked.method, segments.as_slice()) {
            (&Method::GET, ["messages"]) => self.messages(),
            (&Method::GET, ["media", message, media]) => self.media(message, media).unwrap_or_else(missing),
            (&Method::GET, ["calls"]) => Answer::Json(200, json!({ "calls": self.voice.called() })),
            (&Method::GET, ["recordings"]) => {
                Answer::Json(200, json!({ "recordings": self.voice.recorded() }))
            }
            (&Method::POST, ["inbound"]) => told(self.inbound(&asked.body).await),
            (&Method::POST, ["calls"]) => told(self.call(&asked.body)),
            (&Method::POST, ["calls", sid]) => told(self.act(sid, &asked.body)),
            (&Method::POST, ["people"]) => told(self.behave(&asked.body)),
            _ => missing(),
        }
    }

    fn messages(&self) -> Answer {
        Answer::Json(200, json!({ "messages": self.accepted() }))
    }

    /// Everything the account has, in the order it came.
    pub(super) fn accepted(&self) -> Vec<Accepted> {
        let now = now_micros();
        self.exchange.account.lock().all().iter().map(|message| Accepted::of(message, now)).collect()
    }

    /// The bytes of media, to whoever knows where they are.
    fn media(&self, message: &str, media: &str) -> Option<Answer> {
        let account = self.exchange.account.lock();
        let media = account.find(message)?.media.iter().find(|it| it.sid == media)?;
        Some(Answer::Bytes { content_type: media.content_type.clone(), bytes: media.bytes.clone() })
    }

    async fn inbound(&self, body: &[u8]) -> Result<Value, String> {
        let (sid, deliveries) = self.arrive(self.arrival(body)?).await?;
        Ok(json!({ "sid": sid, "deliveries": deliveries }))
    }

    fn call(&self, body: &[u8]) -> Result<Value, String> {
        Ok(json!({ "sid": self.voice.arrive(wanted(body)?)? }))
    }

    fn act(&self, sid: &str, body: &[u8]) -> Result<Value, String> {
        let Doing { act } = wanted(body)?;
        if self.voice.act(sid, act) { Ok(json!({})) } else { Err(format!("there is no call {sid} any more")) }
    }

    fn behave(&self, body: &[u8]) -> Result<Value, String> {
        self.voice.behave(wanted(body)?);
        Ok(json!({}))
    }

    /// Lets a text arrive, and says what it is called and how its webhooks were received.
    pub(super) async fn arrive(&self, arrival: Arrival) -> Result<(String, Vec<Delivery>), String> {
        let url = self.exchange.inbound_url.lock().clone().ok_or("start the simulator with --webhook")?;
        let now = now_micros();
        let (message, keyword, mut dice) = {
            let mut account = self.exchange.account.lock();
            let dice = Dice::of(self.weather.seed, Subject::Message(account.next_number()));
            let received = account.receive(arrival, now).map_err(|refusal| refusal.body().to_string())?;
            (received.0.clone(), received.1, dice)
        };
        self.exchange.tally.count("texts from handsets");
        let due = [(Duration::ZERO, ())];
        let (leaves, befallen) = timetable(&due, &self.weather.faults, self.weather.delays, &mut dice);
        befallen.count("inbound webhooks", &self.exchange.tally);
        let form = parameters::inbound(&message, keyword, &self.base);
        let (target, begins) = (Target::post(&url), Instant::now());
        let mut deliveries = Vec::new();
        for (after, ()) in leaves {
            sleep_until(begins + after).await;
            let delivery = self.exchange.deliver("inbound webhooks", &target, &form).await;
            deliveries.push(delivery.map_err(|error| format!("{error:#}"))?);
        }
        Ok((message.sid, deliveries))
    }

    fn arrival(&self, body: &[u8]) -> Result<Arrival, String> {
        let wanted: Wanted = wanted(body)?;
        let numbers = self.exchange.account.lock().senders.numbers.clone();
        let to = match wanted.to {
            Some(to) if !numbers.contains(&to) => return Err(format!("{to} is not one of our numbers")),
            Some(to) => to,
            None => numbers.into_iter().next().ok_or("the account has no number")?,
        };
        let media = wanted.media.into_iter().map(|media| {
            let bytes = BASE64.decode(media.base64.as_bytes()).map_err(|error| error.to_string())?;
            Ok((media.content_type, Bytes::from(bytes)))
        });
        let media = media.collect::<Result<_, String>>()?;
        Ok(Arrival { from: wanted.from, to, body: wanted.body, media })
    }
}

fn wanted<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn told(outcome: Result<Value, String>) -> Answer {
    match outcome {
        Ok(told) => Answer::Json(200, told),
        Err(why) => Answer::Json(400, json!({ "error": why })),
    }
}
