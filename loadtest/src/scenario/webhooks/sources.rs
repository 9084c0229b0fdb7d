//! What is posted: texts from handsets by seed, and how far texts of ours came.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Url;

use super::webhook::{Source, Webhook, called};
use crate::measure::now_micros;
use crate::provider::twilio::{Accepted, HandsetText};
use crate::scenario::phone_line::{ACCOUNT, NUMBER, handset};

/// Texts without end, each like no other.
pub(super) struct Arrivals {
    url: Url,
    /// In every SID, so that two runs against one hub never give out the same one.
    began: i64,
    pub(super) seed: u64,
    pub(super) senders: usize,
    next: AtomicU64,
}

impl Arrivals {
    /// From so many handsets, told of at `url`.
    pub(super) fn new(url: &str, senders: usize, seed: u64) -> Result<Self> {
        Ok(Self { url: called(url)?, began: now_micros(), seed, senders, next: AtomicU64::new(0) })
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The handset the text of this number comes from.
    pub(super) fn sender(&self, number: u64) -> String {
        let mut random =
            StdRng::seed_from_u64(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number));
        handset(random.random_range(0..self.senders))
    }
}

/// What the text of this number says.
pub(super) fn body(seed: u64, number: u64) -> String {
    format!("Text {number} of run {seed}")
}

impl Source for Arrivals {
    fn next(&self) -> Option<(u64, Webhook)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let text = HandsetText {
            sid: format!("SM{:016x}{number:016x}", self.began),
            account: ACCOUNT.to_owned(),
            from: self.sender(number),
            to: NUMBER.to_owned(),
            body: body(self.seed, number),
        };
        Some((number, Webhook::sign(&self.url, &text.webhook())))
    }
}

/// The steps of texts of ours, three of each: message by message, so that those of one message are under way together.
pub(super) struct Steps {
    webhooks: Vec<Webhook>,
    next: AtomicU64,
}

/// So many callbacks tell of a message.
pub(super) const STEPS: usize = 3;

impl Steps {
    /// Of messages the provider has.
    pub(super) fn of(accepted: &[Accepted]) -> Result<Self> {
        let mut webhooks = Vec::new();
        for message in accepted {
            let callback = message.sent.as_ref().and_then(|sent| sent.status_callback.as_deref());
            let url = called(callback.context("a text without a status callback")?)?;
            webhooks.extend(message.status_webhooks(ACCOUNT).iter().map(|form| Webhook::sign(&url, form)));
        }
        Ok(Self { webhooks, next: AtomicU64::new(0) })
    }
}

impl Source for Steps {
    fn next(&self) -> Option<(u64, Webhook)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let webhook = self.webhooks.get(usize::try_from(number).ok()?)?;
        Some((number, webhook.clone()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_seed_sends_the_same_texts_from_the_same_handsets() {
        let arrivals = |seed| Arrivals::new("http://127.0.0.1:1/sms#rc=5", 16, seed).unwrap();
        let senders = |seed| (0..64).map(|number| arrivals(seed).sender(number)).collect::<Vec<_>>();
        assert_eq!(senders(7), senders(7));
        assert_ne!(senders(7), senders(8));
        assert!(senders(7).into_iter().collect::<HashSet<_>>().len() > 8);
    }

    #[test]
    fn no_two_texts_are_the_same_and_the_fragment_is_not_sent() {
        let arrivals = Arrivals::new("http://127.0.0.1:1/sms#rc=5", 1, 7).unwrap();
        let texts: Vec<(u64, Webhook)> = (0..3).filter_map(|_| arrivals.next()).collect();
        assert_eq!(texts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2]);
        assert!(texts.iter().all(|(_, webhook)| webhook.target == "/sms"));
        assert_eq!(texts.iter().map(|(_, webhook)| &webhook.body).collect::<HashSet<_>>().len(), 3);
    }
}
