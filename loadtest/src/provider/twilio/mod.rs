//! Twilio's messaging, as a hub meets it: the REST calls it makes, the signed webhooks it gets, and seeded faults.
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
mod webhook;
mod work;

pub use faults::Faults;
pub use handset::HandsetText;
pub use ledger::{Accepted, Sent};
pub use settings::Twilio;
pub use signature::sign;
pub use webhook::Delivery;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Context, Result, anyhow, ensure};
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
        if let Some(url) = &settings.webhook {
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
        let tasks = Tasks::default();
        let rest = Rest {
            exchange: exchange.clone(),
            credentials: Credentials {
                account: settings.account.clone(),
                token: settings.auth_token.clone(),
                key: settings.api_key.clone(),
            },
            work: tasks.work(),
            weather,
            at_once: Semaphore::new(settings.at_once),
            requests: AtomicU64::new(0),
            began,
        };
        let control = Control { exchange: exchange.clone(), weather, base: format!("http://{address}") };
        let mut server = JoinSet::new();
        let doors = Arc::new(Doors { rest, control });
        let open = doors.clone();
        server.spawn(async move { match open.serve(listener).await {} });
        Ok(Self { address, exchange, doors, tasks, server })
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

    /// Whether every message is at its end, and everything that was to be told of it was tried.
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
        let mut events = Table::new("what happened", &["what", "times"]);
        for (what, times) in self.exchange.tally.all() {
            events.row([Cell::from(what), times.into()]);
        }
        report.table(events);
        report
    }
}
