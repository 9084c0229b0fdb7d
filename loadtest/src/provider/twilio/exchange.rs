//! What requests and webhooks share, and the journeys of messages.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::account::Account;
use super::journey::Status;
use super::message::Message;
use super::parameters;
use super::tally::Tally;
use super::target::Target;
use super::webhook::{Delivery, Webhooks};
use crate::measure::now_micros;

#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) account: Mutex<Account>,
    pub(super) webhooks: Webhooks,
    pub(super) tally: Tally,
    /// Where texts from handsets are told of.
    pub(super) inbound_url: Mutex<Option<String>>,
}

/// The status callbacks of one message, and when they leave.
#[derive(Debug)]
pub(super) struct Journey {
    pub(super) message: Message,
    pub(super) callback: Target,
    pub(super) begins: Instant,
    pub(super) timetable: Vec<(Duration, Status)>,
    /// Until the message is at its end, whether or not that is told.
    pub(super) lasts: Duration,
}

impl Exchange {
    /// Sees one message to its end.
    pub(super) async fn travel(self: Arc<Self>, journey: Journey) {
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
        target: &Target,
        form: &[(String, String)],
    ) -> anyhow::Result<Delivery> {
        let delivery = self.webhooks.deliver(target, form).await?;
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
