//! The REST calls that make and change calls.
//! Source: <https://www.twilio.com/docs/voice/api>.

use std::time::Duration;

use actors::call::{News, Step, Which};
use entities::{LegId, Timestamp};
use serde::{Deserialize, de::IgnoredAny};
use ureq::http::header::AUTHORIZATION;

use super::{news, twiml};
use crate::providers::{
    Failure,
    twilio::{TwilioAccount, TwilioClient},
};

/// What is told of a leg.
pub(super) const STEPS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

/// A party to be called into a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialling {
    pub from: String,
    /// E.164, or `client:` and a name.
    pub to: String,
    pub room: String,
    /// What we call the leg.
    pub label: String,
    /// For how long it is rung.
    pub rings_for: Duration,
    /// Where Twilio tells how far the leg came, and what happens in the room.
    pub told_at: Option<(String, String)>,
}

/// A party that is being called.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Dialled {
    pub call_sid: String,
    #[serde(default)]
    pub conference_sid: Option<String>,
}

/// Somebody in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Participant {
    pub call_sid: String,
    #[serde(default)]
    pub conference_sid: Option<String>,
    #[serde(default)]
    pub muted: bool,
    #[serde(default)]
    pub hold: bool,
}

/// What can be switched about somebody in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    Muted(bool),
    Hold(bool),
    /// Whether the room ends when he leaves.
    EndsRoom(bool),
}

/// A call as Twilio has it: for us one leg.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CallResource {
    pub sid: String,
    pub status: String,
    /// RFC 2822.
    #[serde(default)]
    pub date_created: Option<String>,
    #[serde(default)]
    pub start_time: Option<String>,
    #[serde(default)]
    pub end_time: Option<String>,
    /// Seconds, in a text.
    #[serde(default)]
    pub duration: Option<String>,
    /// What is charged, below zero; without, nobody knows yet.
    #[serde(default)]
    pub price: Option<String>,
    #[serde(default)]
    pub price_unit: Option<String>,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub direction: Option<String>,
    #[serde(default)]
    pub caller_name: Option<String>,
}

impl CallResource {
    /// Somebody called us, and it is over.
    pub(in crate::providers) fn was_for_us(&self) -> bool {
        let over = matches!(news::step(&self.status, None, None), Some(Step::Ended { .. }));
        over && self.direction.as_deref() == Some("inbound") && self.start_time.is_some()
    }

    /// We asked for it, then or later. Its times are whole seconds.
    pub(in crate::providers) fn was_asked_for_since(&self, at: Timestamp) -> bool {
        let ours = self.direction.as_deref() == Some("outbound-api");
        ours && news::time(self.date_created.as_deref()).is_some_and(|created| created >= at)
    }

    /// What it tells of the leg; nothing, when nobody knows its status.
    #[must_use]
    pub fn news(&self, leg: LegId) -> Option<News> {
        let step = news::step(&self.status, self.duration.as_deref(), None)?;
        let time = self.end_time.as_deref().or(self.start_time.as_deref());
        Some(News {
            leg: Which::Leg(leg),
            external_id: Some(self.sid.clone()),
            room_id: None,
            at: news::time(time),
            undated: false,
            step: Some(step),
        })
    }
}

impl TwilioClient {
    /// Calls a party into a room, which begins with it when it is not there. No request of this kind can be told twice from
    /// once.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn dial(&self, account: &TwilioAccount, dialling: &Dialling) -> Result<Dialled, Failure> {
        let url = self.resource(account, &format!("Conferences/{}/Participants", dialling.room));
        let (authorization, dialling) = (account.authorization(), dialling.clone());
        self.ask(move |agent| {
            let party = [
                ("From", dialling.from),
                ("To", dialling.to),
                ("Label", dialling.label),
                ("Timeout", dialling.rings_for.as_secs().to_string()),
                ("Beep", "false".to_owned()),
                ("StartConferenceOnEnter", "true".to_owned()),
                ("EndConferenceOnExit", "true".to_owned()),
            ];
            let told = dialling.told_at.into_iter().flat_map(|(leg, room)| {
                let steps = STEPS.map(|step| ("StatusCallbackEvent", step.to_owned()));
                let room = [
                    ("ConferenceStatusCallback", room),
                    ("ConferenceStatusCallbackEvent", twiml::TOLD.to_owned()),
                    ("StatusCallback", leg),
                ];
                steps.into_iter().chain(room)
            });
            agent.post(&url).header(AUTHORIZATION, authorization).send_form(party.into_iter().chain(told))
        })
        .await
    }

    /// A call, as it stands there now.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn call(&self, account: &TwilioAccount, sid: &str) -> Result<CallResource, Failure> {
        let url = self.resource(account, &format!("Calls/{sid}"));
        let authorization = account.authorization();
        self.ask(move |agent| agent.get(&url).header(AUTHORIZATION, authorization).call()).await
    }

    /// Ends a call, however far it came.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn end_call(&self, account: &TwilioAccount, sid: &str) -> Result<CallResource, Failure> {
        self.change_call(account, sid, ("Status", "completed".to_owned())).await
    }

    /// Has a call follow this document from now on.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn redirect_call(
        &self,
        account: &TwilioAccount,
        sid: &str,
        document: String,
    ) -> Result<CallResource, Failure> {
        self.change_call(account, sid, ("Twiml", document)).await
    }

    async fn change_call(
        &self,
        account: &TwilioAccount,
        sid: &str,
        change: (&'static str, String),
    ) -> Result<CallResource, Failure> {
        let url = self.resource(account, &format!("Calls/{sid}"));
        let authorization = account.authorization();
        self.ask(move |agent| agent.post(&url).header(AUTHORIZATION, authorization).send_form([change])).await
    }

    /// Deletes a recording there.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn delete_recording(&self, account: &TwilioAccount, sid: &str) -> Result<(), Failure> {
        let url = self.resource(account, &format!("Recordings/{sid}"));
        let authorization = account.authorization();
        let gone =
            self.ask(move |agent| agent.delete(&url).header(AUTHORIZATION, authorization).call()).await;
        gone.map(|_: Option<IgnoredAny>| ())
    }

    /// Switches something about somebody in a room.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn switch(
        &self,
        account: &TwilioAccount,
        (room, leg): (&str, &str),
        switch: Switch,
    ) -> Result<Participant, Failure> {
        let url = self.resource(account, &format!("Conferences/{room}/Participants/{leg}"));
        let authorization = account.authorization();
        let change = match switch {
            Switch::Muted(on) => ("Muted", on.to_string()),
            Switch::Hold(on) => ("Hold", on.to_string()),
            Switch::EndsRoom(on) => ("EndConferenceOnExit", on.to_string()),
        };
        self.ask(move |agent| agent.post(&url).header(AUTHORIZATION, authorization).send_form([change])).await
    }

    /// Somebody in a room, by what we call his leg.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn participant(
        &self,
        account: &TwilioAccount,
        (room, leg): (&str, &str),
    ) -> Result<Participant, Failure> {
        let url = self.resource(account, &format!("Conferences/{room}/Participants/{leg}"));
        let authorization = account.authorization();
        self.ask(move |agent| agent.get(&url).header(AUTHORIZATION, authorization).call()).await
    }
}
