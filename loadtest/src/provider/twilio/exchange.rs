//! What requests and webhooks share, and the journeys of messages: one task each, all in one set.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::account::Account;
use super::journey::Status;
use super::message::Message;
use super::parameters;
use super::tally::Tally;
use super::webhook::{Delivery, Webhooks};
use crate::measure::now_micros;

#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) account: Mutex<Account>,
    pub(super) webhooks: Webhooks,
    pub(super) tally: Tally,
    /// Where texts from handsets are told of.
    pub(super) inbound_url: Mutex<Option<String>>,
    /// Journeys that have begun and are not over.
    pub(super) under_way: AtomicUsize,
}

/// The status callbacks of one message, and when they leave.
#[derive(Debug)]
pub(super) struct Journey {
    pub(super) message: Message,
    pub(super) callback: String,
    pub(super) begins: Instant,
    pub(super) timetable: Vec<(Duration, Status)>,
    /// Until the message is at its end, whether or not that is told.
    pub(super) lasts: Duration,
}

impl Exchange {
    /// Sees journeys through until nobody begins one any more.
    pub(super) async fn carry(self: Arc<Self>, mut journeys: mpsc::Receiver<Journey>) {
        let mut under_way = JoinSet::new();
        loop {
            tokio::select! {
                journey = journeys.recv() => match journey {
                    Some(journey) => drop(under_way.spawn(self.clone().travel(journey))),
                    None => break,
                },
                Some(_) = under_way.join_next() => {}
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    async fn travel(self: Arc<Self>, journey: Journey) {
        let journey = Arc::new(journey);
        // A callback that is being repeated does not hold up the next one.
        let mut told = JoinSet::new();
        for &(after, status) in &journey.timetable {
            sleep_until(journey.begins + after).await;
            if self.is_canceled(&journey.message.sid) {
                break;
            }
            told.spawn(self.clone().tell(journey.clone(), status));
        }
        while told.join_next().await.is_some() {}
        sleep_until(journey.begins + journey.lasts).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }

    async fn tell(self: Arc<Self>, journey: Arc<Journey>, status: Status) {
        let form = parameters::status(&journey.message, status, now_micros());
        // Whatever becomes of it is in the tally.
        let delivery = self.deliver("status callbacks", &journey.callback, &form).await;
        if delivery.is_ok_and(|delivery| delivery.is_taken()) {
            self.account.lock().note_told(&journey.message.sid, status);
        }
    }

    /// Sends a webhook of a kind, and counts what became of it.
    pub(super) async fn deliver(
        &self,
        kind: &str,
        url: &str,
        form: &[(String, String)],
    ) -> anyhow::Result<Delivery> {
        let delivery = self.webhooks.deliver(url, form).await?;
        let fate = if delivery.is_taken() { "taken" } else { "given up" };
        self.tally.count(format!("{kind} {fate}"));
        self.tally.add(format!("{kind} repeated"), u64::from(delivery.attempts - 1));
        Ok(delivery)
    }

    fn is_canceled(&self, sid: &str) -> bool {
        let account = self.account.lock();
        account.find(sid).is_some_and(|message| message.status(now_micros()) == Status::Canceled)
    }
}
