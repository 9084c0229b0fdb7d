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
mod journey;
mod listing;
mod message;
mod overrides;
mod parameters;
mod refusal;
mod request;
mod rest;
mod segments;
mod server;
mod settings;
mod signature;
mod tally;
mod webhook;

pub use faults::Faults;
pub use settings::Twilio;
pub use signature::sign;
pub use webhook::Delivery;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Context, Result, ensure};
use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use self::account::Account;
use self::control::Control;
use self::draft::{Senders, is_loopback};
use self::exchange::Exchange;
use self::journey::Delays;
use self::request::Credentials;
use self::rest::{Rest, Weather};
use self::server::Doors;
use self::tally::Tally;
use self::webhook::Webhooks;
use crate::measure::now_micros;
use crate::report::{Cell, Report, Table};

/// Journeys that may wait to begin.
const WAITING_JOURNEYS: usize = 1024;

/// A provider that runs. It ends when it is dropped.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    exchange: Arc<Exchange>,
    /// Held, so that it ends with us.
    work: JoinSet<()>,
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
        });
        let weather = Weather {
            seed,
            faults: settings.faults,
            step: settings.step,
            delays: Delays { late: settings.late_by, double: settings.step },
        };
        let (journeys, begun) = mpsc::channel(WAITING_JOURNEYS);
        let rest = Rest {
            exchange: exchange.clone(),
            credentials: Credentials {
                account: settings.account.clone(),
                token: settings.auth_token.clone(),
                key: settings.api_key.clone(),
            },
            journeys,
            weather,
            at_once: Semaphore::new(settings.at_once),
            requests: AtomicU64::new(0),
            began,
        };
        let webhook = settings.webhook.clone();
        let control =
            Control { exchange: exchange.clone(), weather, webhook, base: format!("http://{address}") };
        let mut work = JoinSet::new();
        work.spawn(exchange.clone().carry(begun));
        let doors = Arc::new(Doors { rest, control });
        work.spawn(async move { match doors.serve(listener).await {} });
        Ok(Self { address, exchange, work })
    }

    /// `http://host:port`
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it; what was accepted and what became of it.
    pub async fn stop(mut self) -> Report {
        self.work.shutdown().await;
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
