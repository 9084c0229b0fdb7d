//! Twilio's messaging and voice, as a hub meets them: the REST calls it makes, the signed webhooks it gets, and seeded faults.
//!
//! It refuses what Twilio refuses and sends no field that Twilio was not seen to send, so a hub that gets along with
//! it has not learnt anything wrong. What the documents leave open says so where it is decided.

mod account;
mod answer;
mod clock;
mod control;
mod draft;
mod exchange;
mod faults;
mod form;
mod handset;
mod journey;
mod ledger;
mod listing;
mod message;
mod overrides;
mod paging;
mod parameters;
mod refusal;
mod request;
mod rest;
mod segments;
mod server;
mod settings;
mod signature;
mod tally;
mod target;
mod voice;
mod webhook;
mod work;

pub use faults::Faults;
pub use handset::HandsetText;
pub use ledger::{Accepted, Sent};
pub use settings::Twilio;
pub use signature::sign;
pub use voice::{Act, Answers, Called, Person, Recorded, SECRETS, Sound};
pub use webhook::Delivery;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Context, Result, anyhow, ensure};
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::account::{Account, Arrival};
use self::control::Control;
use self::draft::{Senders, is_loopback};
use self::exchange::Exchange;
use self::journey::Delays;
use self::request::Credentials;
use self::rest::{Rest, Weather};
use self::server::Doors;
use self::tally::Tally;
use self::target::Target;
use self::voice::{Arriving, Somebody, Voice};
use self::webhook::Webhooks;
use self::work::Tasks;
use crate::measure::now_micros;
use crate::report::{Cell, Report, Table};

/// A provider that runs. It ends when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    exchange: Arc<Exchange>,
    doors: Arc<Doors>,
    voice: Arc<Voice>,
    /// Held, so that they end with us.
    tasks: Tasks,
    server: JoinSet<()>,
}

impl Simulator {
    /// Listens and answers.
    ///
    /// # Errors
    /// When the address is taken, or it or the webhook's is not on this machine.
    pub async fn start(settings: &Twilio, seed: u64) -> Result<Self> {
        ensure!(settings.bind.ip().is_loopback(), "{} is not on this machine alone", settings.bind);
        for url in settings.webhooks() {
            ensure!(is_loopback(url), "webhooks go to this machine alone, not to {url}");
        }
        let listener = TcpListener::bind(settings.bind)
            .await
            .with_context(|| format!("cannot listen on {}", settings.bind))?;
        let address = listener.local_addr()?;
        let began = now_micros();
        let senders =
            Senders { numbers: settings.number.clone(), service: settings.messaging_service.clone() };
        let exchange = Arc::new(Exchange {
            account: Mutex::new(Account::new(settings.account.clone(), senders, settings.keep, began)),
            webhooks: Webhooks::new(settings.auth_token.clone())?,
            tally: Tally::default(),
            inbound_url: Mutex::new(settings.webhook.clone()),
        });
        let weather = Weather {
            seed,
            faults: settings.faults,
            step: settings.step,
            delays: Delays { late: settings.late_by, double: settings.step },
        };
        let (tasks, base) = (Tasks::default(), format!("http://{address}"));
        let voice = Arc::new(Voice::new(exchange.clone(), tasks.work(), weather, settings, &base));
        let rest = Rest {
            exchange: exchange.clone(),
            credentials: Credentials {
                account: settings.account.clone(),
                token: settings.auth_token.clone(),
                key: settings.api_key.clone(),
            },
            work: tasks.work(),
            voice: voice.clone(),
            weather,
            at_once: Semaphore::new(settings.at_once),
            requests: AtomicU64::new(0),
            began,
        };
        let control = Control { exchange: exchange.clone(), voice: voice.clone(), weather, base };
        let mut server = JoinSet::new();
        let doors = Arc::new(Doors { rest, control });
        let open = doors.clone();
        server.spawn(async move { match open.serve(listener).await {} });
        Ok(Self { address, exchange, doors, voice, tasks, server })
    }

    /// `http://host:port`
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on texts from handsets are told of there, as when a number is given a webhook.
    ///
    /// # Errors
    /// When the URL is not on this machine.
    pub fn tell_texts_to(&self, url: &str) -> Result<()> {
        ensure!(is_loopback(url), "webhooks go to this machine alone, not to {url}");
        *self.exchange.inbound_url.lock() = Some(url.to_owned());
        Ok(())
    }

    /// Lets a text arrive from a handset at the number `to`; how its webhooks were received.
    ///
    /// # Errors
    /// When nobody can be told of it.
    pub async fn arrive(&self, from: &str, to: &str, body: &str) -> Result<Vec<Delivery>> {
        let arrival =
            Arrival { from: from.to_owned(), to: to.to_owned(), body: body.to_owned(), media: Vec::new() };
        let arrived = self.doors.control.arrive(arrival).await;
        arrived.map(|(_, deliveries)| deliveries).map_err(|why| anyhow!(why))
    }

    /// From now on calls from handsets are asked about there, as when a number is given a webhook.
    ///
    /// # Errors
    /// When the URL is not on this machine.
    pub fn ask_about_calls_at(&self, url: &str) -> Result<()> {
        ensure!(is_loopback(url), "webhooks go to this machine alone, not to {url}");
        self.voice.hooks.lock().calls = Some(Target::post(url));
        Ok(())
    }

    /// From now on the end of each call from a handset is told there.
    ///
    /// # Errors
    /// When the URL is not on this machine.
    pub fn tell_ends_of_calls_to(&self, url: &str) -> Result<()> {
        ensure!(is_loopback(url), "webhooks go to this machine alone, not to {url}");
        self.voice.hooks.lock().ends = Some(Target::post(url));
        Ok(())
    }

    /// Lets somebody call the number `to`, and do what he is made for; the SID of the call.
    ///
    /// # Errors
    /// When nobody can be asked about it, or the number is not ours.
    pub fn call(&self, from: &str, to: &str, person: Person) -> Result<String> {
        let (from, to) = (from.to_owned(), Some(to.to_owned()));
        let arriving = Arriving {
            from,
            to,
            person: Some(person),
            forwarded_from: None,
            caller_name: None,
            parameters: BTreeMap::new(),
        };
        self.voice.arrive(arriving).map_err(|why| anyhow!(why))
    }

    /// From now on whoever is called at `address` behaves so; without one it is everybody who is not known.
    pub fn behave(&self, address: Option<&str>, person: Person) {
        self.voice.behave(Somebody { address: address.map(str::to_owned), person });
    }

    /// Lets who is at the other end of a call do something now. False when that call is over, or never was.
    pub fn act(&self, sid: &str, act: Act) -> bool {
        self.voice.act(sid, act)
    }

    /// Every call, in the order they began.
    #[must_use]
    pub fn calls(&self) -> Vec<Called> {
        self.voice.called()
    }

    /// Every recording, in the order they began.
    #[must_use]
    pub fn recordings(&self) -> Vec<Recorded> {
        self.voice.recorded()
    }

    /// The bytes of a recording that is over, as `wav` or `mp3`, even of one that was deleted.
    #[must_use]
    pub fn sound(&self, recording: &str, format: &str) -> Option<Bytes> {
        self.voice.sound(recording, format).map(|(_, bytes)| bytes)
    }

    /// Everything the account has, in the order it came.
    #[must_use]
    pub fn accepted(&self) -> Vec<Accepted> {
        self.doors.control.accepted()
    }

    /// How many messages that is.
    #[must_use]
    pub fn count(&self) -> usize {
        self.exchange.account.lock().all().len()
    }

    /// Whether every message and call is at its end, and everything that was to be told of it was tried.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.tasks.are_done()
    }

    /// Ends it; what was accepted and what became of it.
    pub async fn stop(mut self) -> Report {
        self.server.shutdown().await;
        self.tasks.end().await;
        let mut report = Report::new("provider twilio");
        let mut messages = Table::new("messages, as far as they came", &["status", "messages"]);
        for (status, count) in self.exchange.account.lock().outcomes(now_micros()) {
            messages.row([Cell::from(status), count.into()]);
        }
        report.table(messages);
        let mut calls = Table::new("calls, as far as they came", &["status", "calls"]);
        for (status, count) in self.voice.outcomes() {
            calls.row([Cell::from(status), count.into()]);
        }
        report.table(calls);
        let mut events = Table::new("what happened", &["what", "times"]);
        for (what, times) in self.exchange.tally.all() {
            events.row([Cell::from(what), times.into()]);
        }
        report.table(events);
        report
    }
}
