//! The REST calls that say something into a call, and that record it.
//! Source: <https://www.twilio.com/docs/voice/api/conference-resource>, <https://www.twilio.com/docs/voice/api/recording>.

use actors::call::Step;
use serde::Deserialize;
use serde::de::IgnoredAny;
use ureq::http::header::AUTHORIZATION;

use crate::providers::{
    Failure,
    twilio::{TwilioAccount, TwilioClient},
};

/// What is told of a recording.
const STEPS: [&str; 3] = ["in-progress", "completed", "absent"];

/// Who hears it: one in the room, or everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announcing<'a> {
    ToOne(&'a str),
    ToAll,
}

/// A recording as Twilio has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Recorded {
    pub sid: String,
    /// `in-progress`, `paused`, `stopped`, `processing`, `completed`, `absent`.
    #[serde(default)]
    pub status: String,
}

/// The recordings of a call.
#[derive(Debug, Default, Deserialize)]
struct Listed {
    #[serde(default)]
    recordings: Vec<Recorded>,
}

impl Recorded {
    /// It goes on, or only waits.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.status.as_str(), "in-progress" | "paused")
    }

    /// What it tells of the leg.
    #[must_use]
    pub fn step(&self) -> Step {
        Step::Recording { id: self.sid.clone(), on: self.is_running() }
    }
}

impl TwilioClient {
    /// Has Twilio fetch something and say it into a room.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn announce(
        &self,
        account: &TwilioAccount,
        (room, to): (&str, Announcing<'_>),
        address: String,
    ) -> Result<(), Failure> {
        let url = match to {
            Announcing::ToOne(leg) => {
                self.resource(account, &format!("Conferences/{room}/Participants/{leg}"))
            }
            Announcing::ToAll => self.resource(account, &format!("Conferences/{room}")),
        };
        let authorization = account.authorization();
        let asked = self.ask(move |agent| {
            let form = [("AnnounceUrl", address.as_str()), ("AnnounceMethod", "POST")];
            agent.post(&url).header(AUTHORIZATION, authorization).send_form(form)
        });
        asked.await.map(|_: IgnoredAny| ())
    }

    /// Begins to record a leg, each side on a channel of its own. No request of this kind can be told twice from once.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn record(
        &self,
        account: &TwilioAccount,
        leg: &str,
        told_at: String,
    ) -> Result<Recorded, Failure> {
        let url = self.resource(account, &format!("Calls/{leg}/Recordings"));
        let authorization = account.authorization();
        self.ask(move |agent| {
            let steps = STEPS.map(|step| ("RecordingStatusCallbackEvent", step));
            let form = [("RecordingChannels", "dual"), ("RecordingStatusCallback", told_at.as_str())];
            agent.post(&url).header(AUTHORIZATION, authorization).send_form(form.into_iter().chain(steps))
        })
        .await
    }

    /// Ends the recording of a leg that goes on.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn stop_recording(&self, account: &TwilioAccount, leg: &str) -> Result<Recorded, Failure> {
        let url = self.resource(account, &format!("Calls/{leg}/Recordings/Twilio.CURRENT"));
        let authorization = account.authorization();
        self.ask(move |agent| {
            agent.post(&url).header(AUTHORIZATION, authorization).send_form([("Status", "stopped")])
        })
        .await
    }

    /// The recordings of a leg, as far as a page goes: the latest first.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn recordings(&self, account: &TwilioAccount, leg: &str) -> Result<Vec<Recorded>, Failure> {
        let url = self.resource(account, &format!("Calls/{leg}/Recordings"));
        let authorization = account.authorization();
        let listed: Listed =
            self.ask(move |agent| agent.get(&url).header(AUTHORIZATION, authorization).call()).await?;
        Ok(listed.recordings)
    }
}
