//! The REST call that rings somebody who is to say that he takes a call before he is in its room.
//! Source: <https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource>.

use std::time::Duration;

use ureq::http::header::AUTHORIZATION;

use super::resource::{CallResource, Dialled, STEPS};
use crate::providers::{
    Failure,
    twilio::{TwilioAccount, TwilioClient},
};

/// Somebody to be rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ringing {
    pub from: String,
    /// E.164.
    pub to: String,
    /// For how long.
    pub rings_for: Duration,
    /// Where Twilio asks what he is to hear once something picks up.
    pub asks_at: String,
    /// Where it tells how far the leg came.
    pub told_at: String,
}

impl TwilioClient {
    /// Rings somebody. No request of this kind can be told twice from once: who gets no answer has to look
    /// ([`Self::placed`]).
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ring(&self, account: &TwilioAccount, ringing: &Ringing) -> Result<Dialled, Failure> {
        let url = self.resource(account, "Calls");
        let (authorization, ringing) = (account.authorization(), ringing.clone());
        let rung = self.ask(move |agent| {
            let party = [
                ("From", ringing.from),
                ("To", ringing.to),
                ("Url", ringing.asks_at),
                ("Timeout", ringing.rings_for.as_secs().to_string()),
                ("StatusCallback", ringing.told_at),
            ];
            let steps = STEPS.map(|step| ("StatusCallbackEvent", step.to_owned()));
            agent.post(&url).header(AUTHORIZATION, authorization).send_form(party.into_iter().chain(steps))
        });
        rung.await.map(|rung: CallResource| Dialled { call_sid: rung.sid, conference_sid: None })
    }
}
