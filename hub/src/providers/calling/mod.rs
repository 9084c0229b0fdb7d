//! Calls on their way out, through the tenant's own account: the jobs a call owes are carried out here, and whatever becomes of
//! them is told to the call.

mod control;
mod cost;
mod dial;
mod forget;
mod look;
mod recordings;
mod speak;

use actors::{
    call::{CallError, CallRefusal, Calls, Standing, store as calls},
    channel::{VoiceSettings, store as channels},
    conversation::ConversationError,
    credential::{CredentialError, Credentials, Purpose},
    jobs::{Due, Outcome},
    ports::Ports,
    tenant::Tenants,
};
use entities::{CallId, TenantId, channel::ChannelType};

use super::outbox::{Verdict, is_reached, verdict};
use super::twilio::{TwilioAccount, TwilioClient, connected, voice::twiml, webhook};
use super::{Failure, used};
use crate::config;
use crate::origin::PublicOrigin;

pub use control::ControlCalls;
pub use cost::PriceCalls;
pub use dial::DialLegs;
pub use forget::ForgetRecordings;
pub use look::LookAtCalls;
pub use recordings::FindRecordings;

/// As what they open the credentials.
const PURPOSE: Purpose = "call";

/// What carrying calls needs.
#[derive(Clone)]
pub struct Calling {
    pub ports: Ports,
    pub calls: Calls,
    pub credentials: Credentials,
    pub tenants: Tenants,
    pub twilio: TwilioClient,
    pub origin: PublicOrigin,
    pub settings: config::Twilio,
}

impl Calling {
    /// Can a call be carried on a channel of this type? Asked before anything is made for it.
    ///
    /// # Errors
    /// [`ConversationError::NotConnected`], and what keeps us from knowing.
    pub async fn check_connected(
        &self,
        tenant: TenantId,
        channel: ChannelType,
    ) -> Result<(), ConversationError> {
        match self.credentials.check(tenant, super::twilio::NAME).await {
            Ok(()) => Ok(()),
            Err(CredentialError::Missing | CredentialError::Disabled) => {
                Err(ConversationError::NotConnected { channel })
            }
            Err(_) => Err(ConversationError::Unavailable),
        }
    }

    /// The call, as the store has it now.
    async fn standing(&self, job: &Due, id: CallId) -> Result<Option<Standing>, Outcome> {
        let found = calls::load(self.ports.store(), (job.tenant, id)).await;
        found.map_err(|error| Outcome::retry(error.to_string()))
    }

    async fn account(&self, job: &Due) -> Result<Option<TwilioAccount>, Outcome> {
        connected(&self.credentials, job.tenant, PURPOSE).await
    }

    /// The name by which Twilio calls the channel of a call.
    async fn key(&self, job: &Due, call: &Standing) -> Result<Option<String>, Outcome> {
        let found = channels::get(self.ports.store(), job.tenant, call.channel_id).await;
        let channel = found.map_err(|error| Outcome::retry(error.to_string()))?;
        Ok(channel.and_then(|channel| channel.key))
    }

    /// Where Twilio tells of a leg and of its room.
    fn told_at(&self, key: &str, call: &Standing, leg: entities::LegId) -> Option<(String, String)> {
        self.reachable().map(|origin| {
            (
                webhook::leg_callback(&origin, key, (call.id, leg)),
                webhook::room_callback(&origin, key, call.id),
            )
        })
    }

    /// What a caller hears whom nobody takes. Where we cannot be told of it, he is not asked to leave anything.
    fn farewell(&self, said: &str, voice: &VoiceSettings, key: Option<&str>) -> String {
        match self.reachable().zip(key) {
            Some((origin, key)) => webhook::farewell(said, voice, (&origin, key)),
            None => twiml::say_and_hang_up(said),
        }
    }

    /// Our address, unless Twilio cannot call it: a provider out there reaches nothing of this machine alone.
    fn reachable(&self) -> Option<String> {
        let origin = self.origin.get();
        is_reached(&origin, &self.settings.base_url).then_some(origin)
    }

    /// The same with the name by which Twilio calls the channel of a call.
    async fn reached_at(&self, job: &Due, call: &Standing) -> Result<Option<(String, String)>, Outcome> {
        let key = self.key(job, call).await?;
        Ok(self.reachable().zip(key))
    }

    fn note<T>(&self, job: &Due, answer: &Result<T, Failure>) {
        self.credentials.note_use(job.tenant, super::twilio::NAME, used(answer));
    }
}

/// What the call makes of what it is told. What it does not want to hear any more is no fault.
fn heard<T>(told: Result<T, CallRefusal>) -> Result<(), Outcome> {
    match told {
        Ok(_) => Ok(()),
        Err(
            CallRefusal::NothingNew | CallRefusal::Over | CallRefusal::NotFound | CallRefusal::LegNotFound,
        ) => Ok(()),
        Err(refusal) => Err(Outcome::retry(format!("the call cannot be changed: {refusal}"))),
    }
}

/// Why it did not come about, as a person understands it.
fn why(failure: &Failure) -> CallError {
    let told = match verdict(failure) {
        Verdict::Later { why, .. } | Verdict::Never(why) | Verdict::OptedOut(why) | Verdict::Mend(why) => why,
        Verdict::Locked(why) => why,
        Verdict::Unsure(_) => return unknown_outcome(),
    };
    CallError { code: told.code, message: told.message }
}

fn unknown_outcome() -> CallError {
    CallError::new("UNKNOWN_OUTCOME", "Nobody knows whether the provider did it")
}

/// A provider out there cannot call an address of this machine.
fn not_reachable() -> CallError {
    let message = "Twilio cannot reach this hub: http.public_url is an address of its own machine";
    CallError::new("NOT_REACHABLE", message)
}

fn not_connected() -> CallError {
    CallError::new("NOT_CONNECTED", "Twilio is not connected")
}
