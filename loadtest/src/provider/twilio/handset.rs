//! Webhooks without the journeys they belong to, for who posts many of them himself.

use super::journey::Status;
use super::ledger::Accepted;
use super::message::{Message, Way};
use super::parameters;
use crate::measure::now_micros;

/// A text from a handset: what is said, by whom, and what the provider calls it.
#[derive(Debug, Clone)]
pub struct HandsetText {
    pub sid: String,
    pub account: String,
    pub from: String,
    pub to: String,
    pub body: String,
}

impl HandsetText {
    /// The form of the webhook that tells of it, not signed yet.
    #[must_use]
    pub fn webhook(self) -> Vec<(String, String)> {
        let Self { sid, account, from, to, body } = self;
        parameters::inbound(&message(sid, account, (from, to), body), None, "")
    }
}

impl Accepted {
    /// The forms of the three callbacks of a message that arrives, not signed yet.
    #[must_use]
    pub fn status_webhooks(&self, account: &str) -> [Vec<(String, String)>; 3] {
        let ends = (self.from.clone(), self.to.clone());
        let message = message(self.sid.clone(), account.to_owned(), ends, self.body.clone());
        let now = now_micros();
        [Status::Sending, Status::Sent, Status::Delivered]
            .map(|status| parameters::status(&message, status, now))
    }
}

fn message(sid: String, account: String, (from, to): (String, String), body: String) -> Message {
    Message { sid, account, service: None, from, to, body, media: Vec::new(), way: Way::In, created: 0 }
}
