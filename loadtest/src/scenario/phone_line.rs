//! A company's number: the account at the simulated provider it belongs to, and how a hub is connected with both.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{Rest, until_answered};
use crate::provider::twilio::{Simulator, Twilio};

/// Kept for fiction, as all numbers here: <https://nationalnanpa.com/number_resource_info/555_numbers.html>
pub(super) const NUMBER: &str = "+14155550100";
pub(super) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(super) const AUTH_TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// How long it may take until the account is taken.
const PATIENCE: Duration = Duration::from_secs(15);

/// Areas with a hundred numbers for fiction each.
const AREAS: [u16; 50] = [
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229,
    231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 272, 276, 281, 301, 302, 303,
    304, 305, 307, 308, 309, 310, 312, 313,
];
const NUMBERS_OF_AN_AREA: usize = 100;

/// So many handsets have a number of their own.
pub(super) const HANDSETS: usize = AREAS.len() * NUMBERS_OF_AN_AREA;

/// A channel of the hub.
#[derive(Debug, Deserialize)]
pub(super) struct PhoneLine {
    #[serde(rename = "id")]
    pub(super) channel: String,
    pub(super) webhook_urls: WebhookUrls,
}

#[derive(Debug, Deserialize)]
pub(super) struct WebhookUrls {
    pub(super) sms: String,
    voice: String,
    voice_status: String,
}

/// The account, before anything is said about how it behaves.
pub(super) fn account() -> Twilio {
    Twilio::of(ACCOUNT, AUTH_TOKEN, NUMBER)
}

/// What makes a hub ask the simulator, and not hold back: `messages_per_s` of one number, and as many of a tenant.
pub(super) fn settings(simulator: &Simulator, messages_per_s: u32) -> Vec<(&'static str, String)> {
    vec![
        ("SWITCHBOARD__PROVIDERS__TWILIO__BASE_URL", simulator.base()),
        ("SWITCHBOARD__PROVIDERS__TWILIO__MESSAGES_PER_S", messages_per_s.to_string()),
        ("SWITCHBOARD__SENDING__SPIKE_LEAST", "0".to_owned()),
    ]
}

/// The number of one of [`HANDSETS`] handsets.
pub(super) fn handset(index: usize) -> String {
    let area = AREAS[index / NUMBERS_OF_AN_AREA % AREAS.len()];
    format!("+1{area}55501{:02}", index % NUMBERS_OF_AN_AREA)
}

impl PhoneLine {
    /// Connects the tenant of `rest`, an owner's, with the account, and makes a channel of its number.
    pub(super) async fn connect(rest: &Rest, simulator: &Simulator) -> Result<Self> {
        let credentials = json!({ "account_sid": ACCOUNT, "auth_token": AUTH_TOKEN });
        // The account is asked for, which may fail as everything there.
        let deadline = Instant::now() + PATIENCE;
        let _: Value = until_answered(deadline, || rest.put("/api/credentials/twilio", &credentials))
            .await
            .context("the hub does not take the account")?;
        let channel = json!({ "type": "twilio", "name": "Texts and calls", "address": NUMBER });
        let line: Self = rest.post("/api/channels", &channel).await?;
        simulator.tell_texts_to(&line.webhook_urls.sms)?;
        simulator.ask_about_calls_at(&line.webhook_urls.voice)?;
        simulator.tell_ends_of_calls_to(&line.webhook_urls.voice_status)?;
        Ok(line)
    }

    /// From now on one agent after the other is asked whether he takes a call, for so many seconds in all; and who calls says his name
    /// before, when it is screened.
    pub(super) async fn ring_in_turn(&self, rest: &Rest, (seconds, screening): (u32, bool)) -> Result<()> {
        let voice = json!({ "ring": "in_turn", "ring_s": seconds, "screening": screening });
        let settings = json!({ "settings": { "voice": voice } });
        let _: Value = rest.patch(&format!("/api/channels/{}", self.channel), &settings).await?;
        Ok(())
    }

    /// Opens a conversation with a handset and says nothing yet.
    pub(super) async fn open(&self, rest: &Rest, handset: &str) -> Result<String> {
        let opened: Opened =
            rest.post("/api/conversations", &json!({ "channel_id": self.channel, "to": handset })).await?;
        Ok(opened.id)
    }
}

#[derive(Deserialize)]
struct Opened {
    id: String,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_handset_has_a_number_of_its_own_and_none_is_ours() {
        let numbers: HashSet<String> = (0..HANDSETS).map(handset).collect();
        assert_eq!(numbers.len(), HANDSETS);
        assert!(!numbers.contains(NUMBER) && numbers.contains("+12015550100"));
    }
}
