//! The REST calls that say something into a call, and that record it.
//! Source: <https://www.twilio.com/docs/voice/api/conference-resource>, <https://www.twilio.com/docs/voice/api/recording>.

use actors::{
    call::Step,
    recording::{RecordingNews, RecordingTold},
};
use entities::recording::RecordingKind;
use serde::Deserialize;
use serde::de::IgnoredAny;
use ureq::http::header::AUTHORIZATION;

use super::{news, recorded};
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
    /// RFC 2822.
    #[serde(default)]
    pub start_time: Option<String>,
    /// In seconds; nothing as long as it goes on.
    #[serde(default)]
    pub duration: Option<String>,
    /// Who recorded: `RecordVerb`, `StartCallRecordingAPI`, …
    #[serde(default)]
    pub source: String,
    /// Of what is said about it; the bytes have another ending.
    #[serde(default)]
    pub uri: String,
}

/// The recordings of a call.
#[derive(Debug, Default, Deserialize)]
struct Listed {
    #[serde(default)]
    recordings: Vec<Recorded>,
}

/// What was written down of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Transcription {
    /// `in-progress`, `completed`, `failed`.
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub transcription_text: Option<String>,
}

/// The transcriptions of a recording.
#[derive(Debug, Default, Deserialize)]
struct WrittenDown {
    #[serde(default)]
    transcriptions: Vec<Transcription>,
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

    /// Whether a caller was asked to leave it.
    #[must_use]
    pub fn kind(&self) -> RecordingKind {
        recorded::kind(&self.source)
    }

    /// What became of it, as its callbacks would have told; `None`: nothing yet. Its bytes lie there, at `base`.
    #[must_use]
    pub fn news(&self, base: &str) -> Option<RecordingNews> {
        match self.status.as_str() {
            "completed" => {
                let path = self.uri.strip_suffix(".json").unwrap_or(&self.uri);
                let duration_s = self.duration.as_deref().and_then(|seconds| seconds.trim().parse().ok());
                Some(RecordingNews::Taken { url: recorded::sound(&format!("{base}{path}")), duration_s })
            }
            "absent" | "failed" => Some(RecordingNews::Absent),
            _ => None,
        }
    }

    /// This is known of it.
    #[must_use]
    pub fn told(&self, news: RecordingNews) -> RecordingTold {
        RecordingTold {
            call_id: None,
            named: None,
            external_id: self.sid.clone(),
            kind: self.kind(),
            started_at: news::time(self.start_time.as_deref()),
            news,
        }
    }
}

impl Transcription {
    /// What was said; `None`: nobody knows yet.
    #[must_use]
    pub fn news(&self) -> Option<RecordingNews> {
        recorded::said(&self.status, self.transcription_text.clone())
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

    /// What was written down of a recording, as far as a page goes: the latest first.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn transcriptions(
        &self,
        account: &TwilioAccount,
        recording: &str,
    ) -> Result<Vec<Transcription>, Failure> {
        let url = self.resource(account, &format!("Recordings/{recording}/Transcriptions"));
        let authorization = account.authorization();
        let listed: WrittenDown =
            self.ask(move |agent| agent.get(&url).header(AUTHORIZATION, authorization).call()).await?;
        Ok(listed.transcriptions)
    }
}
